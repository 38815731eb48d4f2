package io.flexora.comparison.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class GracefulShutdownTest {

  private static final long SECONDS = 20;

  private Process parent;

  @BeforeEach
  void startParent() throws IOException {
    parent = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void endParent() {
    parent.destroyForcibly();
  }

  @Test
  void workEndsInOrderWhenTheParentIsKilled() throws Exception {
    Process child = start("polite");
    waitUntilReady(child);

    parent.destroyForcibly();

    assertThat(child.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(WorkingProcess.ENDED_IN_ORDER);
  }

  @Test
  void workThatDoesNotEndIsEndedByForceWhenTheParentIsKilled() throws Exception {
    Process child = start("deaf");
    waitUntilReady(child);

    parent.destroyForcibly();

    assertThat(child.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(143);
  }

  @Test
  void workEndsAtOnceWhereTheParentHadDiedBefore() throws Exception {
    parent.destroyForcibly().waitFor();

    Process child = start("polite");

    assertThat(child.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(WorkingProcess.ENDED_IN_ORDER);
  }

  @Test
  void aSignalEndsTheWorkInOrder() throws Exception {
    Process child = start("polite");
    waitUntilReady(child);

    // Not through the process, which would close its output.
    child.toHandle().destroy();

    assertThat(child.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains(WorkingProcess.CHECKPOINT);
    // Java halts at once where the cancelled program exits just after the shutdown hooks have run.
    assertThat(child.exitValue()).isIn(WorkingProcess.ENDED_IN_ORDER, 143);
  }

  private Process start(String manner) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            WorkingProcess.class.getName(),
            manner,
            String.valueOf(parent.pid()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void waitUntilReady(Process child) throws IOException {
    assertThat(child.getInputStream().read()).isEqualTo('\n');
  }
}
