package io.flexora.files.queue;

import io.flexora.api.run.CellAttempt;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The shell script of a job, which runs the process of an attempt and writes its exit code into the
 * attempt's folder.
 *
 * @param home the folder in which Flexora is installed on the machines of the queue, if that is
 *     another one than here
 * @param java Java's launcher there; by default the path of the one that runs this process, or else
 *     that of {@code JAVA_HOME}, or {@code java}
 * @param threads the threads of PyTorch in the process
 * @since 0.1
 */
public record JobScript(Optional<Path> home, Optional<String> java, int threads) {

  private static final String EXIT = "exit-code";

  private static final String SCRIPT = "job.sh";
  private static final String THREADS = "OMP_NUM_THREADS";

  // The shell waits for the process, and passes on what the queue asks of it: the exit code is
  // written whatever happens, unless the machine is lost. A wait that a signal ends is begun again.
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

  /**
   * Writes the script of an attempt.
   *
   * @return the script, in the folder of the attempt; {@code sh} runs it
   */
  public Path write(CellAttempt given) {
    CellAttempt attempt = home.map(given::installedIn).orElse(given);
    Map<String, String> environment = new TreeMap<>(attempt.environment());
    environment.put(THREADS, String.valueOf(threads));
    String launcher =
        java.map(path -> "java=" + quoted(path)).orElse(ANY_JAVA.formatted(quoted(ownJava())));
    String exports =
        environment.entrySet().stream()
            .map(variable -> "export " + variable.getKey() + "=" + quoted(variable.getValue()))
            .collect(Collectors.joining("\n"));
    Path script = attempt.folder().resolve(SCRIPT);
    DurableFile.writePrivate(
        script,
        JOB.formatted(
            quoted(attempt.folder().toString()),
            quoted(attempt.workingFolder().toString()),
            exports,
            launcher,
            attempt.words().stream().map(JobScript::quoted).collect(Collectors.joining(" "))));
    return script;
  }

  private static String ownJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A text as the shell takes it for itself. */
  public static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** The exit code that a job has written; empty if there is none yet. */
  public static OptionalInt exitCode(CellAttempt attempt) {
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
