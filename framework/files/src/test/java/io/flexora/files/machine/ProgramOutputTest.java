package io.flexora.files.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a program prints, and a program that does not end. */
class ProgramOutputTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void outputErrorsAndCodeAreKept() throws IOException {
    String script = "read word; echo \"$word\"; printf '\\344' >&2; exit 3";
    assertThat(run(new ProcessBuilder("sh", "-c", script), LONG))
        .contains(new ProgramOutput(3, "word\n", "\ufffd"));
    assertThat(
            run(
                new ProcessBuilder("sh", "-c", "echo a; echo b >&2").redirectErrorStream(true),
                LONG))
        .contains(new ProgramOutput(0, "a\nb\n", ""));
  }

  @Test
  void aProgramThatDoesNotEndIsKilled() throws IOException {
    ProcessBuilder sleeper = new ProcessBuilder("sh", "-c", "exec sleep 600");
    assertThat(run(sleeper, Duration.ofMillis(50))).isEmpty();
  }

  @Test
  void anInterruptedThreadWaitsOn() throws IOException {
    Thread.currentThread().interrupt();
    Optional<ProgramOutput> found = run(new ProcessBuilder("sh", "-c", "sleep 0.1; echo a"), LONG);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(found).map(ProgramOutput::output).contains("a\n");
  }

  @Test
  void aProgramThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> run(new ProcessBuilder("no-such-program"), LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-program");
  }

  private static Optional<ProgramOutput> run(ProcessBuilder builder, Duration limit)
      throws IOException {
    return ProgramOutput.of(builder, "word\n", limit);
  }
}
