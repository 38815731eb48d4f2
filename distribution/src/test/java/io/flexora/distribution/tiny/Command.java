package io.flexora.distribution.tiny;

import io.flexora.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * The {@code flexora} command of the built distribution within this process, for what needs none of
 * its own: a check or a refusal takes a fraction of the time. Paths that are not absolute are this
 * process's.
 *
 * @param cache where bundles are unpacked, once for all commands
 */
public record Command(Path cache) {

  private static final String CACHE = "flexora.cache";

  /** Runs a command to its end. */
  public Program.Outcome run(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--home", Program.HOME.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    System.setProperty(CACHE, cache.toString());
    try {
      int code = line.execute(all.toArray(String[]::new));
      return new Program.Outcome(code, out.toString(), err.toString());
    } finally {
      System.clearProperty(CACHE);
    }
  }
}
