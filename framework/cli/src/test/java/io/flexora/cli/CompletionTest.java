package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {

  @TempDir Path folder;

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    Invocation script = Invocation.of("completion");
    assertThat(script.code()).isZero();
    Path file = Files.writeString(folder.resolve("flexora.bash"), script.out());

    assertThat(completed(file, "flexora", "doc")).contains("doctor");
    assertThat(completed(file, "flexora", "compare", "--dry")).contains("--dry-run");
    assertThat(completed(file, "flexora", "plugins", "upd")).contains("update");
  }

  /** What bash offers for the last word. */
  private String completed(Path file, String... words) throws Exception {
    String line = String.join(" ", words);
    String commands =
        "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=%d;"
                .formatted(file, line, words.length - 1, line, line.length())
            + " _complete_flexora; echo \"${COMPREPLY[@]}\"";
    Path out = folder.resolve("out");
    Process bash =
        new ProcessBuilder("bash", "-c", commands)
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(bash.waitFor(10, TimeUnit.MINUTES)).isTrue();
    return Files.readString(out);
  }
}
