package io.flexora.files.machine;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The end of a process of Flexora's, for people.
 *
 * @param code its exit code; of one that a signal ended, 128 and the number of the signal
 * @param took how long it ran
 * @param output the last lines that it printed
 * @since 0.1
 */
public record ProcessEnd(int code, Duration took, List<String> output) {

  /**
   * The exit code of a process for which the disk was too full, as its last line says if there was
   * room for it.
   */
  public static final int DISK_FULL = 4;

  private static final int FAILED = 1;
  private static final String REPORTED = "error: ";
  private static final int SIGNALS = 128;
  private static final int LINES = 20;
  private static final int BYTES = 4096;

  private static final Map<Integer, String> CODES =
      Map.of(
          2,
          "could not begin (exit code 2)",
          3,
          "ran out of Java's memory (exit code 3; max_heap gives it more)",
          DISK_FULL,
          "ended because the disk is full (exit code 4; free some space)",
          127,
          "could not be started (exit code 127)");

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

  /** Copies the lines. */
  public ProcessEnd {
    output = List.copyOf(output);
  }

  /** The last lines of a log that are not empty, as far as they fit; none if it cannot be read. */
  public static List<String> lastLines(Path log) {
    try (RandomAccessFile file = RegularFile.randomAccess(log)) {
      long start = Math.max(0, file.length() - BYTES);
      byte[] end = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(end);
      List<String> lines =
          new String(end, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
      return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Why it ended by itself: what it reported in its last line, or else its exit code. */
  public String cause() {
    if ((code == FAILED || code == DISK_FULL) && !output.isEmpty()) {
      String last = output.get(output.size() - 1);
      if (last.startsWith(REPORTED)) {
        return last.substring(REPORTED.length());
      }
    }
    return cause(code > SIGNALS ? signal(code - SIGNALS) : exit());
  }

  /**
   * Why it ended otherwise.
   *
   * @param what what happened to it, such as {@code was ended because it took too long}
   */
  public String cause(String what) {
    String after = String.format(Locale.ROOT, ", after %.1f s", took.toMillis() / 1000.0);
    String printed =
        output.isEmpty()
            ? ". It printed nothing"
            : ". The end of what it printed:\n" + String.join("\n", output);
    return "the process of the cell " + what + after + printed;
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
