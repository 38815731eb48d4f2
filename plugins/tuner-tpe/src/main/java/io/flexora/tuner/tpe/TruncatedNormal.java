package io.flexora.tuner.tpe;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.InverseErfc;

/**
 * A normal distribution of which the part between two ends is kept.
 *
 * @param mean the mean of the whole distribution
 * @param deviation its standard deviation
 * @param low the lower end
 * @param high the upper end
 */
record TruncatedNormal(double mean, double deviation, double low, double high) {

  private static final double ROOT_2 = Math.sqrt(2);
  private static final double LOG_ROOT_2_PI = 0.5 * Math.log(2 * Math.PI);

  /** The logarithm of the density at a point between the ends. */
  double logDensity(double at) {
    double z = (at - mean) / deviation;
    return -0.5 * z * z - LOG_ROOT_2_PI - Math.log(deviation) - Math.log(whole(low, high));
  }

  /** The logarithm of the probability between two points, both between the ends. */
  double logProbability(double from, double to) {
    return Math.log(whole(from, to)) - Math.log(whole(low, high));
  }

  /** The probability between two points of the whole distribution. */
  private double whole(double from, double to) {
    double a = (from - mean) / deviation;
    double b = (to - mean) / deviation;
    // In the tail where both are small, so that their difference has digits.
    return a > 0 ? below(-a) - below(-b) : below(b) - below(a);
  }

  private static double below(double z) {
    return 0.5 * Erfc.value(-z / ROOT_2);
  }

  /**
   * The point below which there is a share of the probability.
   *
   * @param share from 0 to 1
   */
  double quantile(double share) {
    double a = (low - mean) / deviation;
    double b = (high - mean) / deviation;
    // The mean lies between the ends, so one of the two tails is never needed whole.
    double below = below(a) + share * (below(b) - below(a));
    double z = -ROOT_2 * InverseErfc.value(2 * below);
    return Math.max(low, Math.min(high, mean + deviation * z));
  }
}
