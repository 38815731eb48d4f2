package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.command.ExitCodes;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FailuresTest {

  /** A command that ends as it is told to. */
  @Command(name = "fail")
  private static final class Failing implements Callable<Integer> {

    private final Supplier<Error> error;

    Failing(Supplier<Error> error) {
      this.error = error;
    }

    @Override
    public Integer call() {
      throw error.get();
    }
  }

  private static Invocation failed(Supplier<Error> error, String... arguments) {
    CommandLine line = Main.commandLine();
    line.addSubcommand("fail", new Failing(error));
    return Invocation.of(line, arguments);
  }

  @Test
  void threadsThatTheSystemDoesNotGiveAreNoLackOfMemory() {
    Invocation full =
        failed(
            () ->
                new OutOfMemoryError(
                    "unable to create native thread: possibly out of memory or process/resource"
                        + " limits reached"),
            "fail");

    assertThat(full.code()).isEqualTo(1);
    assertThat(full.err()).contains("gives no further thread", "ulimit -u").doesNotContain("-Xmx");
  }

  @Test
  void aFullHeapIsToldInOneSentenceWithTheWayToALargerOne() {
    Invocation full = failed(() -> new OutOfMemoryError("Java heap space"), "fail");

    assertThat(full.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(full.err())
        .matches(
            "error: not enough memory: Java may use \\d+ MiB \\(Java heap space\\);"
                + " let it have more, as by FLEXORA_JAVA_OPTS=-Xmx8g\\R");
    assertThat(full.out()).isEmpty();
  }

  @Test
  void aRecursionWithoutEndIsToldInOneSentence() {
    Invocation deep = failed(StackOverflowError::new, "fail");

    assertThat(deep.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(deep.err().lines())
        .containsExactly(
            "error: not enough room on Java's stack: an input is nested too deeply, or code calls"
                + " itself without end; let it have more, as by FLEXORA_JAVA_OPTS=-Xss16m",
            "--debug shows where it happened.");
  }

  @Test
  void withDebugItsPlaceIsShown() {
    assertThat(failed(StackOverflowError::new, "--debug", "fail").err())
        .contains("Caused by: java.lang.StackOverflowError", "FailuresTest");
  }
}
