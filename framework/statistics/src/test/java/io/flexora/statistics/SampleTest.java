package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SampleTest {

  private static final Offset<Double> TIGHT = within(1e-7);

  private static void describes(
      double[] values, double mean, double deviation, double[] of95, double[] of90) {
    Sample sample = Sample.of(values).orElseThrow();
    assertThat(sample.size()).isEqualTo(values.length);
    assertThat(sample.mean()).isCloseTo(mean, within(1e-13));
    assertThat(sample.standardDeviation().orElseThrow()).isCloseTo(deviation, within(1e-12));
    isClose(sample.interval(0.95).orElseThrow(), of95);
    isClose(sample.interval(0.90).orElseThrow(), of90);
  }

  private static void isClose(Interval interval, double[] bounds) {
    assertThat(interval.low()).isCloseTo(bounds[0], TIGHT);
    assertThat(interval.high()).isCloseTo(bounds[1], TIGHT);
  }

  /**
   * scipy 1.17.1: {@code ttest_1samp(values, 0).confidence_interval}; numpy: {@code std(ddof=1)}.
   */
  @Test
  void agreesWithScipy() {
    describes(
        Data.SLEEP,
        1.58,
        1.229995483279873,
        new double[] {0.7001142367230174, 2.4598857632769824},
        new double[] {0.866994732970716, 2.2930052670292835});
    describes(
        Data.MAIZE,
        20.933333333333334,
        37.7443783262898,
        new double[] {0.031193318392979563, 41.83547334827369},
        new double[] {3.7683857536552843, 38.098280913011365});
    describes(
        Data.SEEDS,
        0.009,
        0.009027735042633895,
        new double[] {-0.0022094135877610294, 0.02020941358776103},
        new double[] {0.000393039860361, 0.01760696015363903});
    describes(
        Data.THREE,
        -0.6666666666666666,
        1.0103629710818451,
        new double[] {-3.176547425687186, 1.8432140923538531},
        new double[] {-2.3699915885396736, 1.0366582552063393});
    describes(
        Data.MANY,
        -0.11366666666666667,
        0.8365342433097913,
        new double[] {-0.42603368672683617, 0.19870035339350287},
        new double[] {-0.37317358708686665, 0.14584025375353318});
  }

  @Test
  void nothingAndWhatIsNoNumberHasNoMean() {
    assertThat(Sample.of()).isEmpty();
    assertThat(Sample.of(1, Double.NaN)).isEmpty();
    assertThat(Sample.of(Double.POSITIVE_INFINITY)).isEmpty();
    assertThat(Sample.of(1e308, 1e308, -1e308)).isEmpty();
  }

  @Test
  void aSingleValueHasNoSpread() {
    Sample sample = Sample.of(3).orElseThrow();
    assertThat(sample).isEqualTo(new Sample(1, 3, OptionalDouble.empty()));
    assertThat(sample.interval(0.95)).isEmpty();
  }

  @Test
  void theSameValueAgainAndAgainHasNoInterval() {
    // 0.1 + 0.2 is not 0.3: what is left of the difference is no spread.
    Sample sample = Sample.of(0.1 + 0.2, 0.3, 0.3).orElseThrow();
    assertThat(sample.standardDeviation()).hasValue(0);
    assertThat(sample.varies()).isFalse();
    assertThat(sample.interval(0.95)).isEmpty();
    assertThat(Sample.of(0.3, 0.3, 0.31).orElseThrow().interval(0.95)).isPresent();
  }

  @Test
  void confidenceIsBetweenNoneAndCertainty() {
    Sample sample = Sample.of(1, 2).orElseThrow();
    assertThatThrownBy(() -> sample.interval(95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("confidence is 95.0, not between 0 and 1");
    assertThatThrownBy(() -> sample.interval(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anIntervalContainsItsBounds() {
    Interval interval = new Interval(1, 2);
    assertThat(interval.contains(1)).isTrue();
    assertThat(interval.contains(2)).isTrue();
    assertThat(interval.contains(2.1)).isFalse();
  }

  @Test
  void boundsAreInOrder() {
    assertThatThrownBy(() -> new Interval(1, 0)).hasMessage("no interval from 1.0 to 0.0");
    assertThatThrownBy(() -> new Interval(Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
