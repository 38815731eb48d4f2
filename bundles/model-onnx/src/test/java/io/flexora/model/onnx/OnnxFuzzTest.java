package io.flexora.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * No file ends or holds up the process that computes it with ONNX Runtime: two hundred files of
 * {@link OnnxMutants}, or as many as {@code -Dflexora.fuzz.mutants=10000} says.
 */
class OnnxFuzzTest {
  private static final String END = "end";

  // A process that starts on a machine under load takes longer than any file.
  private static final int MOST_SECONDS_TO_START = 60;
  private static final int MOST_SECONDS = 5;

  @Test
  void noFileEndsOrHoldsUpTheProcess() throws IOException, InterruptedException {
    long mutants = Long.getLong("flexora.fuzz.mutants", 200);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-XX:ErrorFile=/dev/null",
                "-Dai.djl.offline=true",
                "-DOPT_OUT_TRACKING=true",
                "-cp",
                System.getProperty("java.class.path"),
                OnnxFuzz.class.getName(),
                "0",
                String.valueOf(mutants))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(process, lines));
    reader.start();
    try {
      requireEnd(process, lines, mutants);
    } finally {
      process.destroyForcibly();
      reader.join();
    }
  }

  private static void requireEnd(Process process, BlockingQueue<String> lines, long mutants)
      throws InterruptedException {
    Map<String, Integer> counts = new TreeMap<>();
    String number = "the start";
    while (true) {
      boolean started = counts.containsKey("refused") || counts.containsKey("accepted");
      String line = lines.poll(started ? MOST_SECONDS : MOST_SECONDS_TO_START, TimeUnit.SECONDS);
      assertThat(line).as("file %s holds up the process", number).isNotNull();
      if (line.equals(END)) {
        break;
      }
      if (line.chars().allMatch(Character::isDigit)) {
        number = line;
      } else {
        assertThat(line).as("file %s", number).isIn("accepted", "refused");
        counts.merge(line, 1, Integer::sum);
      }
    }
    System.out.println("ONNX files: " + counts);
    assertThat(process.waitFor()).as("after file %s", number).isZero();
    assertThat(counts).containsOnlyKeys("accepted", "refused");
    assertThat((long) counts.get("accepted") + counts.get("refused")).isEqualTo(mutants);
  }

  private static void read(Process process, BlockingQueue<String> lines) {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (IOException e) {
      lines.add("failed " + e);
    }
    lines.add(END);
  }
}
