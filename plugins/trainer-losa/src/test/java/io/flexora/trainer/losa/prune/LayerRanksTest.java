package io.flexora.trainer.losa.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerRanksTest {

  @Test
  void equalErrorsGiveEqualRanks() {
    assertThat(LayerRanks.of(new double[] {2, 2, 2, 2}, 7, 16)).containsOnly(7);
    assertThat(LayerRanks.of(new double[4], 7, 16)).containsOnly(7);
  }

  @Test
  void theSumIsWhatWasAskedForWhereverTheBoundsAllowIt() {
    Random random = new Random(11);
    for (int trial = 0; trial < 200; trial++) {
      int layers = random.nextInt(1, 12);
      int average = random.nextInt(1, 17);
      double[] errors = random.doubles(layers).map(x -> Math.exp(8 * x)).toArray();
      int[] ranks = LayerRanks.of(errors, average, 16);
      assertThat(Arrays.stream(ranks).sum()).isEqualTo(average * layers);
      assertThat(Arrays.stream(ranks).min().orElseThrow()).isPositive();
      assertThat(Arrays.stream(ranks).max().orElseThrow()).isLessThanOrEqualTo(16);
      for (int i = 0; i < layers; i++) {
        for (int j = 0; j < layers; j++) {
          if (errors[i] > errors[j]) {
            assertThat(ranks[i]).isGreaterThanOrEqualTo(ranks[j] - 1);
          }
        }
      }
    }
  }

  @Test
  void anAverageBeyondTheGreatestGivesThatToAll() {
    assertThat(LayerRanks.of(new double[] {1, 5}, 9, 8)).containsOnly(8);
  }

  @Test
  void mendsFromTheSmallestErrorsAndFromTheLargest() {
    // Shares 2.5, 2.5, 1 of 6 are rounded to 2, 2, 1: one is missing, and the largest error gets
    // it.
    assertThat(LayerRanks.of(new double[] {2.5, 2.6, 0.9}, 2, 16)).containsExactly(2, 3, 1);
    // 1.5, 3.5, 7 of 12 are rounded to 2, 4, 7: one too many, and the smallest error pays.
    assertThat(LayerRanks.of(new double[] {1.5, 3.5, 7}, 4, 16)).containsExactly(1, 4, 7);
  }
}
