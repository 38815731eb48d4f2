package io.flexora.api.metric;

/**
 * The values that a metric can have: intervals end where these do.
 *
 * @param low the least; negative infinity where there is none
 * @param high the greatest; positive infinity where there is none
 * @since 0.1
 */
public record MetricRange(double low, double high) {

  /** All numbers. */
  public static final MetricRange ALL =
      new MetricRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** From 0 to 1. */
  public static final MetricRange FRACTION = new MetricRange(0, 1);

  /**
   * Checks the ends.
   *
   * @throws IllegalArgumentException unless the least is below the greatest
   */
  public MetricRange {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "a metric's range from " + low + " to " + high + " holds no interval");
    }
  }

  /** All numbers from this one on. */
  public static MetricRange from(double low) {
    return new MetricRange(low, Double.POSITIVE_INFINITY);
  }

  /** Whether it holds this value. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** The range of the difference of two values. */
  public MetricRange ofDifference() {
    return new MetricRange(low - high, high - low);
  }

  /** The value of the range that is closest to this one. */
  public double clip(double value) {
    return Math.min(high, Math.max(low, value));
  }
}
