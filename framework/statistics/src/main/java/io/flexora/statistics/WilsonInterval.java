package io.flexora.statistics;

import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * The score interval of a proportion (Wilson, 1927): it keeps its promise for few trials and for
 * proportions near 0 and 1, where the one of the normal approximation does not.
 *
 * @since 0.1
 */
public final class WilsonInterval {

  private WilsonInterval() {}

  /**
   * The interval.
   *
   * @param successes from 0 to the trials
   * @param trials at least 1
   * @param level such as 0.95
   * @throws IllegalArgumentException if there are no trials, or more successes than trials
   */
  public static Interval of(long successes, long trials, double level) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(successes + " successes of " + trials + " trials");
    }
    double z = new NormalDistribution().inverseCumulativeProbability(1 - (1 - level) / 2);
    double n = trials;
    double p = successes / n;
    double shrink = 1 / (1 + z * z / n);
    double centre = shrink * (p + z * z / (2 * n));
    double half = shrink * z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    // At the ends the bound is exact, and only rounding could leave it.
    double low = successes == 0 ? 0 : centre - half;
    double high = successes == trials ? 1 : centre + half;
    return new Interval(low, high);
  }
}
