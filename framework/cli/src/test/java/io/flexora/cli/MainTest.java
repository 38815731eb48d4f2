package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.output.StandardOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

  /** Runs a command whose standard output fails. */
  private static Invocation run(String failure, String... arguments) {
    StandardOutput results =
        new StandardOutput(
            new OutputStream() {
              @Override
              public void write(int value) throws IOException {
                throw new IOException(failure);
              }
            });
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(new OutputStreamWriter(results, StandardCharsets.UTF_8)));
    line.setErr(new PrintWriter(err));
    int code = Main.run(line, results, arguments);
    return new Invocation(code, "", err.toString());
  }

  @Test
  void aCommandWhoseResultsAreLostHasFailed() {
    for (String argument : new String[] {"query", "--help"}) {
      Invocation full = run("No space left on device", argument);
      assertThat(full.code()).as(argument).isEqualTo(ExitCodes.FAILED);
      assertThat(full.err().lines())
          .containsExactly(
              "error: standard output could not be written whole: No space left on device");
    }
  }

  @Test
  void aReaderThatHasEnoughIsNoFailure() {
    Invocation closed = run("Broken pipe", "query");
    assertThat(closed.code()).isEqualTo(ExitCodes.OK);
    assertThat(closed.err()).isEmpty();
  }
}
