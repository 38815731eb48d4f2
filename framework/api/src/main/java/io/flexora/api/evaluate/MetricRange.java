package io.flexora.api.evaluate;

import java.util.Set;

/**
 * The values that a metric can have, as far as its name tells: intervals end where these do.
 *
 * @param low the least
 * @param high the greatest
 * @since 0.1
 */
public record MetricRange(double low, double high) {

  private static final Set<String> FRACTIONS =
      Set.of("accuracy", "acc", "acc_norm", "acc_bytes", "f1", "macro_f1");

  private static final MetricRange FRACTION = new MetricRange(0, 1);

  /**
   * The range of a metric: from 0 to 1 for shares of the examples and means of such shares, from -1
   * to 1 for {@code mcc}, from 0 for {@code loss}, from 1 for {@code perplexity}; all numbers for a
   * name that is not known.
   */
  public static MetricRange of(String metric) {
    if (FRACTIONS.contains(metric)) {
      return FRACTION;
    }
    return switch (metric) {
      case "mcc" -> new MetricRange(-1, 1);
      case "loss" -> new MetricRange(0, Double.POSITIVE_INFINITY);
      case "perplexity" -> new MetricRange(1, Double.POSITIVE_INFINITY);
      default -> new MetricRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    };
  }

  /** Whether it is that of a share. */
  public boolean isFraction() {
    return equals(FRACTION);
  }

  /** The range of the difference of two values. */
  public MetricRange ofDifference() {
    return new MetricRange(low - high, high - low);
  }

  /** The value of the range that is closest to this one. */
  public double cut(double value) {
    return Math.min(high, Math.max(low, value));
  }
}
