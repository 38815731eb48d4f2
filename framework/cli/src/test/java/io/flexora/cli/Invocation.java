package io.flexora.cli;

import io.flexora.cli.output.Terminal;
import io.flexora.files.machine.ProcessExit;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * What a command line did.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Invocation(int code, String out, String err) {

  /** Runs a command without a terminal. */
  static Invocation of(String... arguments) {
    return of(Main.commandLine(), arguments);
  }

  /** Runs a command on a terminal without colours. */
  static Invocation onTerminal(int columns, String... arguments) {
    Terminal terminal = new Terminal(true, true, columns, false);
    return of(Main.commandLine(terminal, ProcessExit.unguarded()), arguments);
  }

  /** Runs a command of a command line. */
  static Invocation of(CommandLine line, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int code = line.execute(arguments);
    return new Invocation(code, out.toString(), err.toString());
  }

  /** Runs a command on an installation. */
  static Invocation at(Path home, String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = home.toString();
    return of(all);
  }
}
