package io.flexora.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands as a user's shell would, with an environment of its own.
 *
 * @param folder the working folder
 * @param environment variables that differ from those of this process; an empty value removes one
 */
record Shell(Path folder, Map<String, String> environment) {

  private static final long SECONDS = 300;

  /**
   * What a command did.
   *
   * @param code its exit code
   * @param out its standard output
   * @param err its standard error
   * @param seconds how long it took
   */
  record Outcome(int code, String out, String err, double seconds) {}

  static Shell in(Path folder) {
    return new Shell(folder, Map.of());
  }

  Shell with(String variable, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(variable, value);
    return new Shell(folder, Map.copyOf(more));
  }

  Outcome run(Path program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("flexora", ".out");
    Path err = Files.createTempFile("flexora", ".err");
    try {
      long began = System.nanoTime();
      Process process = process(command, out, err).start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " did not end within " + SECONDS + " s");
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Outcome(
          process.exitValue(), Files.readString(out), Files.readString(err), seconds);
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private ProcessBuilder process(List<String> command, Path out, Path err) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FLEXORA_"));
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(String::isEmpty);
    return builder;
  }
}
