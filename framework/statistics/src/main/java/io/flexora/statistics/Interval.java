package io.flexora.statistics;

/**
 * The values between two bounds.
 *
 * @param low the lower bound
 * @param high the upper bound
 * @since 0.1
 */
public record Interval(double low, double high) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a bound is not finite, or the lower is above the upper
   */
  public Interval {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
      throw new IllegalArgumentException("no interval from " + low + " to " + high);
    }
  }

  /** Whether the value lies between the bounds or on one. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
