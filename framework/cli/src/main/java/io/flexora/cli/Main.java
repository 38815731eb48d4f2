package io.flexora.cli;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.StandardOutput;
import io.flexora.cli.output.Terminal;
import io.flexora.files.machine.ProcessExit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine;

/**
 * The entry of the {@code flexora} command.
 *
 * @since 0.1
 */
public final class Main {

  private static final Duration GRACE = Duration.ofSeconds(10);

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    main(RootCommand::new, arguments);
  }

  /**
   * Runs a command of another root.
   *
   * @param root makes the root
   */
  static void main(BiFunction<Terminal, ProcessExit, FlexoraCommand> root, String... arguments) {
    ProcessExit exit = ProcessExit.guard(ExitCodes.FAILED, System.err, GRACE);
    Terminal terminal = Terminal.detect(System.getenv());
    CommandLine line = commandLine(root.apply(terminal, exit), terminal);
    StandardOutput results = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    // picocli makes its writer, in the encoding of the terminal, of what System.out is now.
    System.setOut(new PrintStream(results, /* autoFlush= */ true, StandardCharsets.UTF_8));
    line.setOut(line.getOut());
    line.setErr(line.getErr());
    // What plugins and libraries print must not stand among results, which may be JSON.
    System.setOut(System.err);
    exit.now(run(line, results, arguments));
  }

  /**
   * Runs a command, which has failed if its results were lost.
   *
   * @param results what the command line writes its results to
   * @return the exit code
   */
  static int run(CommandLine line, StandardOutput results, String... arguments) {
    int code = line.execute(arguments);
    line.getOut().flush();
    Optional<String> loss = results.loss();
    loss.ifPresent(
        why ->
            FlexoraCommand.of(line)
                .console()
                .error("standard output could not be written whole: " + why));
    return loss.isPresent() && code == ExitCodes.OK ? ExitCodes.FAILED : code;
  }

  /** Makes the command line without a terminal, for those who describe or test it. */
  public static CommandLine commandLine() {
    return commandLine(Terminal.none(), ProcessExit.unguarded());
  }

  /**
   * Makes the command line.
   *
   * @param exit is told what the process is doing
   */
  static CommandLine commandLine(Terminal terminal, ProcessExit exit) {
    return commandLine(new RootCommand(terminal, exit), terminal);
  }

  private static CommandLine commandLine(FlexoraCommand root, Terminal terminal) {
    CommandLine line = new CommandLine(root);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // A text or a path that begins with @ is no file of further words.
    line.setExpandAtFiles(false);
    line.setUsageHelpWidth(Math.min(terminal.columns(), 110));
    line.setHelpFactory(WholeWordHelp::new);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.colours() && terminal.results()
                ? CommandLine.Help.Ansi.ON
                : CommandLine.Help.Ansi.OFF));
    line.setExecutionStrategy(Failures::guarded);
    line.setParameterExceptionHandler(Failures::wrongUsage);
    line.setExecutionExceptionHandler(Failures::failed);
    return line;
  }
}
