package io.flexora.runner.slurm;

import io.flexora.api.run.CellAttempt;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The shell scripts of jobs, and what they leave. */
final class CellScript {

  /** The exit code of a cell's process, in the folder of its attempt. */
  static final String EXIT = "exit-code";

  private static final String SCRIPT = "job.sh";
  private static final String THREADS = "OMP_NUM_THREADS";

  // The shell waits for the process, and passes on what Slurm asks of it: the exit code is written
  // whatever happens, unless the node is lost. A wait that a signal ends is begun again.
  private static final String JOB =
      """
      #!/bin/sh
      # Runs one cell; written by Flexora.
      folder=%1$s
      finish() {
        echo "$1" >"$folder/exit-code.partial" && mv "$folder/exit-code.partial" "$folder/exit-code"
        exit "$1"
      }
      cd %2$s || {
        printf 'error: the folder %%s is not there on %%s\\n' %2$s "$(uname -n)" >"$folder/process.log"
        finish 2
      }
      %3$s
      %4$s
      "$java" %5$s --parent $$ >"$folder/process.log" 2>&1 </dev/null &
      child=$!
      trap 'kill -TERM "$child" 2>/dev/null' TERM INT HUP
      wait "$child"
      code=$?
      while kill -0 "$child" 2>/dev/null; do
        wait "$child"
        code=$?
      done
      finish "$code"
      """;

  private static final String ANY_JAVA =
      """
      java=%s
      [ -x "$java" ] || java=${JAVA_HOME:+$JAVA_HOME/bin/}java""";

  private static final String ARRAY =
      """
      #!/bin/sh
      set -- %s
      shift "$SLURM_ARRAY_TASK_ID"
      exec sh "$1/job.sh"
      """;

  private CellScript() {}

  /** Writes the script of a cell into the folder of its attempt. */
  static void write(CellAttempt given, SlurmOptions options) {
    CellAttempt attempt = options.home().map(given::installedIn).orElse(given);
    Map<String, String> environment = new TreeMap<>(attempt.environment());
    environment.put(THREADS, String.valueOf(options.cpus()));
    String java =
        options
            .java()
            .map(path -> "java=" + quoted(path))
            .orElse(ANY_JAVA.formatted(quoted(ownJava())));
    String exports =
        environment.entrySet().stream()
            .map(variable -> "export " + variable.getKey() + "=" + quoted(variable.getValue()))
            .collect(Collectors.joining("\n"));
    DurableFile.write(
        attempt.folder().resolve(SCRIPT),
        JOB.formatted(
            quoted(attempt.folder().toString()),
            quoted(attempt.workingFolder().toString()),
            exports,
            java,
            attempt.words().stream().map(CellScript::quoted).collect(Collectors.joining(" "))));
  }

  private static String ownJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The script of an array, whose job N runs the cell of attempt N. */
  static String array(List<CellAttempt> attempts) {
    return ARRAY.formatted(
        attempts.stream()
            .map(attempt -> quoted(attempt.folder().toString()))
            .collect(Collectors.joining(" ")));
  }

  /** A text as the shell takes it for itself. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** The exit code that a job has written; empty if there is none yet. */
  static OptionalInt exitCode(CellAttempt attempt) {
    try {
      String written = RegularFile.text(attempt.folder().resolve(EXIT)).strip();
      return written.matches("\\d{1,3}")
          ? OptionalInt.of(Integer.parseInt(written))
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
