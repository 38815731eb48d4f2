package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BootstrapTest {

  private static void isClose(Interval interval, double low, double high, double offset) {
    assertThat(interval.low()).isCloseTo(low, within(offset));
    assertThat(interval.high()).isCloseTo(high, within(offset));
  }

  /**
   * scipy 1.17.1: {@code _bca_interval} of these resampled means of the maize, {@code
   * numpy.percentile} at its two levels.
   */
  @Test
  void correctsAsScipyDoes() {
    double[] resampled = {
      16.8, 8.0, 15.86, 23.0, 16.18, 26.08, 28.19, 17.38, 25.46, 32.13, 13.93, 3.06, 18.47, 29.24,
      7.52, 24.14, 16.13, -4.93, 30.85, 30.06, 27.54, 23.47, 6.95, 22.66, 34.07, 18.7, 30.93, 31.12,
      14.13, 8.67, 15.28, 17.4, 37.79, 30.34, 28.03, 22.28, 14.17, 6.67, 23.32, 19.67
    };
    isClose(
        BcaBootstrap.interval(Data.MAIZE, resampled, 0.95),
        0.12435487858823713,
        33.34263145901774,
        1e-9);
    isClose(
        BcaBootstrap.interval(Data.MAIZE, resampled, 0.80),
        7.187190529431307,
        30.900031268756237,
        1e-9);
  }

  /** scipy 1.17.1: {@code bootstrap((d,), mean, n_resamples=400000, method='BCa')}. */
  @Test
  void drawsIntervalsLikeScipys() {
    isClose(BcaBootstrap.ofMean(Data.MAIZE, 0.95, 1).orElseThrow(), -1.667, 36.333, 1.2);
    isClose(BcaBootstrap.ofMean(Data.MAIZE, 0.90, 2).orElseThrow(), 2.4, 34.133, 1.0);
    isClose(BcaBootstrap.ofMean(Data.SLEEP, 0.95, 3).orElseThrow(), 1.05, 2.63, 0.06);
    isClose(BcaBootstrap.ofMean(Data.MANY, 0.95, 4).orElseThrow(), -0.4307, 0.1613, 0.02);
    isClose(BcaBootstrap.ofMean(Data.SEEDS, 0.95, 5).orElseThrow(), 0.0018, 0.0162, 6e-4);
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    assertThat(BcaBootstrap.ofMean(Data.MANY, 0.95, 7))
        .isEqualTo(BcaBootstrap.ofMean(Data.MANY, 0.95, 7))
        .isNotEqualTo(BcaBootstrap.ofMean(Data.MANY, 0.95, 8));
  }

  @Test
  void resamplesAllOnOneSideHaveAnInterval() {
    double[] above = {50, 51, 52};
    Interval interval = BcaBootstrap.interval(Data.MAIZE, above, 0.95);
    assertThat(interval.low()).isBetween(50.0, 52.0);
    assertThat(interval.high()).isBetween(interval.low(), 52.0);
  }

  @Test
  void fewAndEqualValuesHaveNoInterval() {
    assertThat(BcaBootstrap.ofMean(new double[] {2, 2, 2}, 0.95, 1)).isEmpty();
    assertThat(BcaBootstrap.ofMean(new double[2], 0.95, 1)).isEmpty();
    assertThat(BcaBootstrap.ofMean(new double[] {2}, 0.95, 1)).isEmpty();
    assertThat(BcaBootstrap.ofMean(new double[0], 0.95, 1)).isEmpty();
    assertThat(BcaBootstrap.ofMean(new double[] {1, Double.NaN, 2}, 0.95, 1)).isEmpty();
  }
}
