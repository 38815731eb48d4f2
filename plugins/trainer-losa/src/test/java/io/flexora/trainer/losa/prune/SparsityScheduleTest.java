package io.flexora.trainer.losa.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SparsityScheduleTest {

  @Test
  void risesAsACubic() {
    SparsitySchedule schedule = new SparsitySchedule(0.7, 5);
    double[] found = IntStream.rangeClosed(1, 5).mapToDouble(schedule::average).toArray();
    assertThat(found)
        .containsExactly(new double[] {0.3416, 0.5488, 0.6552, 0.6944, 0.7}, within(1e-12));
    assertThat(new SparsitySchedule(0.3, 1).average(1)).isEqualTo(0.3);
  }

  @Test
  void toleratesMoreWhereLessIsLeft() {
    assertThat(
            Arrays.stream(new double[] {0.1, 0.5, 0.501, 0.6, 0.601, 0.7, 0.9})
                .map(SparsitySchedule::tolerance))
        .containsExactly(0.01, 0.01, 0.02, 0.02, 0.03, 0.03, 0.03);
  }

  @Test
  void withoutToleranceAllLayersAreAlike() {
    assertThat(SparsitySchedule.byLayer(new double[] {3, 1, 2}, 0.4, 0)).containsOnly(0.4);
  }

  @Test
  void equalImportancesGiveTheLowerLayersMore() {
    assertThat(SparsitySchedule.byLayer(new double[] {1, 1, 1}, 0.5, 0.25))
        .containsExactly(0.75, 0.5, 0.25);
  }

  @Test
  void staysWithinZeroAndOne() {
    assertThat(SparsitySchedule.byLayer(new double[] {1, 2}, 0.004, 0.01))
        .containsExactly(0.008, 0);
    assertThat(SparsitySchedule.byLayer(new double[] {1, 2}, 0.98, 0.03))
        .containsExactly(new double[] {0.99, 0.97}, within(1e-12));
  }

  /**
   * The optimum of a linear programme is at a vertex: all but one sparsity at a bound, and that one
   * by the mean. Every vertex is tried.
   */
  @Test
  void isTheOptimumOfTheLinearProgramme() {
    Random random = new Random(5);
    for (int layers = 1; layers <= 7; layers++) {
      double[] importances = random.doubles(layers, 0.1, 1).toArray();
      double average = random.nextDouble(0.2, 0.8);
      double[] found = SparsitySchedule.byLayer(importances, average, 0.03);
      assertThat(Arrays.stream(found).average().orElseThrow()).isCloseTo(average, within(1e-12));
      assertThat(cost(importances, found))
          .isCloseTo(best(importances, average, 0.03), within(1e-12));
    }
  }

  private static double best(double[] importances, double average, double tolerance) {
    int layers = importances.length;
    double best = Double.POSITIVE_INFINITY;
    for (int free = 0; free < layers; free++) {
      for (int bounds = 0; bounds < 1 << layers; bounds++) {
        double[] vertex = new double[layers];
        double rest = average * layers;
        for (int layer = 0; layer < layers; layer++) {
          if (layer != free) {
            vertex[layer] = average + ((bounds >> layer & 1) == 1 ? tolerance : -tolerance);
            rest -= vertex[layer];
          }
        }
        vertex[free] = rest;
        if (Math.abs(rest - average) <= tolerance + 1e-12) {
          best = Math.min(best, cost(importances, vertex));
        }
      }
    }
    return best;
  }

  private static double cost(double[] importances, double[] sparsities) {
    return IntStream.range(0, importances.length)
        .mapToDouble(i -> importances[i] * sparsities[i])
        .sum();
  }
}
