package io.flexora.cli;

import io.flexora.cli.output.Terminal;
import picocli.CommandLine;

/**
 * The entry of the {@code flexora} command.
 *
 * @since 0.1
 */
public final class Main {

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(Terminal.detect(System.getenv())).execute(arguments));
  }

  /** Makes the command line, for a terminal. */
  static CommandLine commandLine(Terminal terminal) {
    CommandLine line = new CommandLine(new FlexoraCommand(terminal));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(Math.min(terminal.columns(), 110));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.colours() && terminal.results()
                ? CommandLine.Help.Ansi.ON
                : CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler(Failures::wrongUsage);
    line.setExecutionExceptionHandler(Failures::failed);
    return line;
  }
}
