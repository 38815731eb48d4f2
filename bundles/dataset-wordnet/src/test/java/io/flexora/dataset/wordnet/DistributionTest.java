package io.flexora.dataset.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Test
  void balancedSharesWhatSmallClassesLack() {
    assertThat(Distribution.BALANCED.quotas(new int[] {100, 2, 100, 5}, 47))
        .containsExactly(20, 2, 20, 5);
  }

  @Test
  void naturalKeepsTheShares() {
    assertThat(Distribution.NATURAL.quotas(new int[] {600, 300, 100}, 10)).containsExactly(6, 3, 1);
    assertThat(Distribution.NATURAL.quotas(new int[] {50, 49, 1}, 5)).containsExactly(3, 2, 0);
  }

  @Test
  void everyQuotaIsAvailableAndTheirSumIsWhatWasAskedFor() {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 1000; trial++) {
      int[] available = random.ints(1 + trial % 9, 0, 50).toArray();
      int total = random.nextInt(IntStream.of(available).sum() + 1);
      for (Distribution distribution : Distribution.values()) {
        int[] quotas = distribution.quotas(available, total);
        assertThat(IntStream.of(quotas).sum()).isEqualTo(total);
        for (int c = 0; c < available.length; c++) {
          assertThat(quotas[c]).isBetween(0, available[c]);
        }
      }
    }
  }
}
