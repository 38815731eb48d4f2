package io.flexora.runner.process;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a process ended.
 *
 * @param reason why
 * @param code its exit code; of one that a signal ended, 128 and the number of the signal
 * @param took how long it ran
 */
record Ending(Reason reason, int code, Duration took) {

  static final int CTRL_C = 130;

  private static final int FAILED = 1;
  private static final String REPORTED = "error: ";
  private static final int SIGNALS = 128;

  private static final Map<Integer, String> CODES =
      Map.of(
          2, "could not begin (exit code 2)",
          3, "ran out of Java's memory (exit code 3): give a cell more by max_heap",
          127, "could not be started (exit code 127)");

  private static final Map<Integer, String> NAMES =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9,
          "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

  private static final Map<Integer, String> MEANINGS =
      Map.of(
          4, "native code crashed",
          6, "native code or Java itself gave up",
          7, "native code crashed",
          8, "native code crashed",
          9, "somebody killed it, or the system did because memory ran out",
          11, "native code crashed",
          15, "somebody asked it to end");

  /** Why a process ended. */
  enum Reason {
    /** By itself, or by somebody else. */
    ITSELF,
    /** It took longer than a cell may. */
    TIME_LIMIT,
    /** The run was cancelled, or cannot go on. */
    RUN_OVER
  }

  /** Whether there is nothing to record: the cell has ended, or is to go on another time. */
  boolean well() {
    return reason == Reason.RUN_OVER || (reason == Reason.ITSELF && code == 0);
  }

  /**
   * What happened, for the record.
   *
   * @param output the last lines that the process wrote
   */
  String cause(List<String> output) {
    if (reason == Reason.ITSELF && code == FAILED && !output.isEmpty()) {
      String last = output.get(output.size() - 1);
      if (last.startsWith(REPORTED)) {
        return last.substring(REPORTED.length());
      }
    }
    String printed =
        output.isEmpty()
            ? ". It printed nothing"
            : ". The end of what it printed:\n" + String.join("\n", output);
    return "the process of the cell " + what() + printed;
  }

  private String what() {
    String after = String.format(Locale.ROOT, ", after %.1f s", took.toMillis() / 1000.0);
    if (reason == Reason.TIME_LIMIT) {
      return "was ended because it took longer than time_limit allows" + after;
    }
    return (code > SIGNALS ? signal(code - SIGNALS) : exit()) + after;
  }

  private String exit() {
    return CODES.getOrDefault(code, "ended with exit code " + code);
  }

  private String signal(int number) {
    String name = NAMES.getOrDefault(number, "signal " + number);
    String meaning = MEANINGS.get(number);
    return "was ended by %s (exit code %d)%s"
        .formatted(name, code, meaning == null ? "" : ": " + meaning);
  }
}
