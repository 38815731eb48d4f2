package io.flexora.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/**
 * The size, mean and spread of some values.
 *
 * @param size how many values
 * @param mean their mean
 * @param standardDeviation their standard deviation, of {@code size - 1} degrees of freedom; empty
 *     for a single value
 * @since 0.1
 */
public record Sample(int size, double mean, OptionalDouble standardDeviation) {

  /** A spread below this part of the mean is what rounding leaves of none. */
  private static final double ROUNDING = 1e-10;

  /**
   * Describes values.
   *
   * @return empty if there are none, one of them is not finite, or they are too large to be squared
   */
  public static Optional<Sample> of(double... values) {
    if (values.length == 0 || !Finite.all(values)) {
      return Optional.empty();
    }
    double mean = StatUtils.mean(values);
    Sample sample = new Sample(values.length, mean, deviation(values, mean));
    return Optional.of(sample)
        .filter(finite -> Finite.all(mean, finite.standardDeviation().orElse(0)));
  }

  private static OptionalDouble deviation(double[] values, double mean) {
    if (values.length < 2) {
      return OptionalDouble.empty();
    }
    double deviation = Math.sqrt(StatUtils.variance(values, mean));
    double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    return OptionalDouble.of(deviation <= ROUNDING * largest ? 0 : deviation);
  }

  /**
   * The interval of Student's t about the mean (Student, The probable error of a mean, Biometrika
   * 1908): mean ± t(1 - (1 - confidence) / 2; size - 1) · sd / √size.
   *
   * @param confidence how often such an interval holds the mean of a normal population, such as
   *     0.95
   * @return empty for a single value, and if all are the same: that what was seen does not vary
   *     does not say that the mean is known without error
   */
  public Optional<Interval> interval(double confidence) {
    double tail = (1 - Finite.share("confidence", confidence)) / 2;
    if (!varies()) {
      return Optional.empty();
    }
    double quantile = new TDistribution(size - 1.0).inverseCumulativeProbability(1 - tail);
    double half = quantile * standardDeviation.orElseThrow() / Math.sqrt(size);
    return Optional.of(new Interval(mean - half, mean + half));
  }

  /** Whether the values differ from each other; a single value does not. */
  public boolean varies() {
    return standardDeviation.orElse(0) > 0;
  }
}
