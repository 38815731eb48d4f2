package io.flexora.numerics.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends in the middle of a native call ends with its exit code, without a crash. */
@EnabledOnOs(LINUX)
class EndOfProcessTest {
  private static final int TERMINATED = 143;

  @TempDir private Path folder;

  @Test
  void endsWhenItIsAskedTo() throws IOException, InterruptedException {
    // A few times, for without the rule some of the processes end well.
    for (int i = 0; i < 3; i++) {
      Process process = longCall();
      try (var lines = process.inputReader()) {
        assertThat(lines.lines().filter("computing"::equals).findFirst()).isPresent();
        Thread.sleep(300);
        process.destroy();
        requireEnd(process, TERMINATED);
      }
    }
  }

  @Test
  void endsWhenItIsHalted() throws IOException, InterruptedException {
    requireEnd(longCall("7"), 7);
  }

  private Process longCall(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-Dai.djl.offline=true",
                "-DOPT_OUT_TRACKING=true",
                "-cp",
                System.getProperty("java.class.path"),
                LongCall.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(folder.resolve("errors").toFile())
        .start();
  }

  private void requireEnd(Process process, int code) throws InterruptedException {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(folder.resolve("crash.log")).doesNotExist();
    assertThat(process.exitValue()).isEqualTo(code);
  }
}
