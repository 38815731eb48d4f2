package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No file ends or holds up the process that opens it as a tokenizer: a hundred files of {@link
 * TokenizerMutants}, or as many as {@code -Dflexora.fuzz.mutants=10000} says; with {@code
 * -Dflexora.fuzz.first} others than the first, with {@code -Dflexora.fuzz.files} made of other
 * tokenizers, the paths of which are separated by commas.
 */
class TokenizerFuzzTest {
  private static final String END = "end";
  private static final int MOST_SECONDS = 5;

  // A process that starts on a machine under load takes longer than any file.
  private static final int MOST_SECONDS_TO_START = 60;

  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  @Test
  void noFileEndsOrHoldsUpTheProcess() throws IOException, InterruptedException {
    long first = Long.getLong("flexora.fuzz.first", 0);
    long end = first + Long.getLong("flexora.fuzz.mutants", 100);
    for (long next = first; next < end; ) {
      next = run(next, end);
    }
    System.out.println("tokenizers: " + counts);
    assertThat(faults).isEmpty();
    assertThat(counts).containsKeys("accepted", "refused");
  }

  /** Runs a process on the numbers from one on, and returns the first that it did not come to. */
  private long run(long from, long end) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(from, end))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(process, lines));
    reader.start();
    long number = from - 1;
    try {
      while (true) {
        int seconds = number < from ? MOST_SECONDS_TO_START : MOST_SECONDS;
        String line = lines.poll(seconds, TimeUnit.SECONDS);
        if (line == null) {
          fault("hang", number);
          return number + 1;
        }
        if (line.equals(END)) {
          if (process.waitFor() == 0) {
            return end;
          }
          fault("abort", number);
          return number + 1;
        }
        number = told(line, number);
      }
    } finally {
      process.destroyForcibly();
      reader.join();
    }
  }

  private long told(String line, long number) {
    if (line.chars().allMatch(Character::isDigit)) {
      return Long.parseLong(line);
    }
    if (line.startsWith("failed")) {
      fault(line, number);
    } else {
      counts.merge(line, 1, Integer::sum);
    }
    return number;
  }

  private void fault(String what, long number) {
    counts.merge(what.split(" ", 2)[0], 1, Integer::sum);
    faults.add("file " + number + ": " + what);
  }

  private static void read(Process process, BlockingQueue<String> lines) {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (IOException e) {
      lines.add("failed " + e);
    }
    lines.add(END);
  }

  private static List<String> command(long from, long end) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-XX:ErrorFile=/dev/null",
                "-Dai.djl.offline=true",
                "-DOPT_OUT_TRACKING=true",
                "-cp",
                System.getProperty("java.class.path"),
                TokenizerFuzz.class.getName(),
                String.valueOf(from),
                String.valueOf(end)));
    originals().forEach(command::add);
    return command;
  }

  private static Stream<String> originals() {
    String named = System.getProperty("flexora.fuzz.files");
    return named != null
        ? Stream.of(named.split(",", -1))
        : Stream.of("bytes", "pieces")
            .map(name -> "src/test/resources/io/flexora/transformers/token/" + name)
            .map(folder -> folder + "/tokenizer.json");
  }
}
