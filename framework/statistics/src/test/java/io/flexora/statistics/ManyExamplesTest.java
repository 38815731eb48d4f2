package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Statistics of more examples than are drawn from: the limits that stand for the draws. */
class ManyExamplesTest {

  private static double[] differences(int count, double gain) {
    SplittableRandom random = new SplittableRandom(count);
    double[] differences = new double[count];
    for (int i = 0; i < count; i++) {
      double one = random.nextDouble();
      differences[i] = one < 0.1 + gain ? 1 : one < 0.2 + gain ? -1 : one < 0.25 ? -0.5 : 0;
    }
    return differences;
  }

  @Test
  void theExpandedIntervalIsThatOfTheDraws() {
    double[] values = differences(BcaBootstrap.MOST_DRAWN, 0.02);
    Interval drawn = BcaBootstrap.ofMean(values, 0.95, 7).orElseThrow();
    double mean = Sample.of(values).orElseThrow().mean();
    Interval expanded = BcaBootstrap.expanded(values, mean, 0.95);
    double width = drawn.high() - drawn.low();
    assertThat(expanded.low()).isEqualTo(drawn.low(), within(0.03 * width));
    assertThat(expanded.high()).isEqualTo(drawn.high(), within(0.03 * width));
  }

  @Test
  void theSkewnessOfRareLossesMovesBothEnds() {
    double[] values = new double[20_000];
    for (int i = 0; i < 40; i++) {
      values[i] = 1;
    }
    Interval found = BcaBootstrap.ofMean(values, 0.95, 7).orElseThrow();
    double mean = 40 / 20_000.0;
    assertThat(found.high() - mean).isGreaterThan(mean - found.low());
  }

  @Test
  void theNormalLimitIsThePermutationTestOfMany() {
    double[] few = differences(60_000, 0.0);
    long other = Arrays.stream(few).filter(d -> d != 0).count();
    double[] part = Arrays.stream(few).filter(d -> d != 0).limit(9_999).toArray();
    double[] more = Arrays.stream(few).filter(d -> d != 0).limit(10_001).toArray();
    assertThat(other).isGreaterThan(10_001);
    double drawn = SignFlipTest.of(part, 5).orElseThrow().pValue();
    double limit = SignFlipTest.of(more, 5).orElseThrow().pValue();
    // Two of ten thousand differences, and 9999 draws.
    assertThat(limit).isEqualTo(drawn, within(0.03));
  }

  @Test
  void thePairsThatAreNeededAreThoseOfTheNormalPower() {
    // statsmodels: NormalIndPower(ddof=0).solve_power(0.05, power=0.8, alpha=0.05, ratio=0) is
    // 3139.5
    assertThat(PairedPower.manyPairsNeeded(0.05, 1, 0.05, 0.8)).hasValue(3140);
    assertThat(PairedPower.manyPairsNeeded(0, 1, 0.05, 0.8)).isEmpty();
    assertThat(PairedPower.manyPairsNeeded(0.5, 0, 0.05, 0.8)).isEmpty();
  }
}
