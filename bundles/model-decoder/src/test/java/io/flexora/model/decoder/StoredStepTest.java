package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.model.decoder.StepProcess.Figures;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Measures training steps of a real model whose base stays quantised beside steps of the same model
 * in float32: peak memory, as the kernel counts it of a process of its own, and seconds. Runs only
 * with {@code -Dflexora.speed=ROUNDS} and {@code -Dflexora.models=FOLDER}, each round of all three
 * in turn, and prints a line for each process and the ratios of the medians.
 */
class StoredStepTest {

  private static final int ROWS = 8;
  private static final int LENGTH = 128;
  private static final int STEPS = 4;

  /** A way to train: how weights lie in memory, and the segments of layers. */
  private record Way(WeightStorage weights, int segments) {

    /** A quarter of each text is labelled. */
    StepProcess.Steps steps(Path file) {
      return new StepProcess.Steps(
          file,
          weights,
          ComputeChoice.FLOAT32,
          segments,
          ROWS,
          LENGTH,
          LENGTH / 4,
          StepProcess.Kind.QUERY_VALUE,
          STEPS);
    }
  }

  private static final List<Way> WAYS =
      List.of(
          new Way(WeightStorage.DENSE, 1),
          new Way(WeightStorage.DENSE, 30),
          new Way(WeightStorage.STORED, 0));

  @Test
  void takesLessMemory() throws IOException, InterruptedException {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    List<List<Figures>> found = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < rounds; round++) {
      for (int way = 0; way < WAYS.size(); way++) {
        found.get(way).add(StepProcess.measured(WAYS.get(way).steps(RealModel.file())));
      }
    }
    Figures dense = Figures.median(found.get(0));
    Figures inSegments = Figures.median(found.get(1));
    Figures stored = Figures.median(found.get(2));
    System.out.println(ratio("stored / float32", stored, dense));
    System.out.println(ratio("stored / float32 in segments", stored, inSegments));
    assertThat(stored.mebibytes() / dense.mebibytes()).isLessThan(0.45);
  }

  private static String ratio(String name, Figures one, Figures other) {
    return String.format(
        Locale.ROOT,
        "%s: memory %.2f, time %.2f",
        name,
        one.mebibytes() / other.mebibytes(),
        one.seconds() / other.seconds());
  }
}
