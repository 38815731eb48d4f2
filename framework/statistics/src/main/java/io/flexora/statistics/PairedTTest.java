package io.flexora.statistics;

import java.util.Optional;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Student's t-test of paired differences, two-sided: is their mean 0?
 *
 * @param differences the differences
 * @param t mean · √n / sd; 0 if all differences are 0
 * @param pValue the probability of a |t| as large as this, or larger, if the mean were 0
 * @param interval the t interval of the mean difference; empty if all differences are 0
 * @since 0.1
 */
public record PairedTTest(
    Sample differences, double t, double pValue, Optional<Interval> interval) {

  /**
   * Tests differences (Student, Biometrika 1908; as {@code scipy.stats.ttest_rel} does).
   *
   * <p>If every difference is 0, the p-value is 1. If every difference is the same other number
   * there is no spread to compare it with: then the test says nothing.
   *
   * @param differences the differences of the pairs, such as one for each seed
   * @param confidence that of the interval
   * @return empty for fewer than two differences, for the same difference other than 0 in all
   *     pairs, and if one is not finite
   */
  public static Optional<PairedTTest> of(double[] differences, double confidence) {
    return Sample.of(differences)
        .filter(sample -> sample.varies() || (sample.size() > 1 && sample.mean() == 0))
        .map(sample -> of(sample, sample.interval(confidence)));
  }

  private static PairedTTest of(Sample sample, Optional<Interval> interval) {
    if (!sample.varies()) {
      return new PairedTTest(sample, 0, 1, interval);
    }
    double deviation = sample.standardDeviation().orElseThrow();
    double t = sample.mean() * Math.sqrt(sample.size()) / deviation;
    double below = new TDistribution(sample.size() - 1.0).cumulativeProbability(-Math.abs(t));
    return new PairedTTest(sample, t, Math.min(1, 2 * below), interval);
  }
}
