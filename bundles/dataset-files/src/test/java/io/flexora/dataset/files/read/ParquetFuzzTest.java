package io.flexora.dataset.files.read;

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
import org.junit.jupiter.api.io.TempDir;

/**
 * No Parquet file ends or holds up the process that reads it: a hundred of {@link ParquetFuzz}, or
 * as many as {@code -Dflexora.fuzz.mutants=10000} says; with {@code -Dflexora.fuzz.first} others
 * than the first.
 */
class ParquetFuzzTest {

  // A machine under load is slower than any file.
  private static final int MOST_SECONDS = 60;

  @TempDir Path folder;

  @Test
  void noFileEndsOrHoldsUpTheProcess() throws IOException, InterruptedException {
    long first = Long.getLong("flexora.fuzz.first", 0);
    long mutants = Long.getLong("flexora.fuzz.mutants", 100);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-XX:ErrorFile=/dev/null",
                "-cp",
                System.getProperty("java.class.path"),
                ParquetFuzz.class.getName(),
                folder.toString(),
                String.valueOf(first),
                String.valueOf(first + mutants))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(process, lines));
    reader.start();
    Map<String, Integer> counts = new TreeMap<>();
    try {
      String number = "the start";
      String line = "";
      while (!line.equals("end")) {
        line = lines.poll(MOST_SECONDS, TimeUnit.SECONDS);
        assertThat(line).as("file %s ends or holds up the process", number).isNotNull();
        if (line.chars().allMatch(Character::isDigit)) {
          number = line;
        } else {
          counts.merge(line, 1, Integer::sum);
        }
      }
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
      reader.join();
    }
    System.out.println("Parquet files: " + counts);
    assertThat(counts).containsOnlyKeys("accepted", "refused", "end");
    assertThat((long) counts.get("accepted") + counts.get("refused")).isEqualTo(mutants);
  }

  private static void read(Process process, BlockingQueue<String> lines) {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }
}
