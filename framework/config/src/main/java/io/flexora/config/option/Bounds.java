package io.flexora.config.option;

import io.flexora.api.plugin.Option;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * The range of numbers that an option takes.
 *
 * @param min the least one; negative infinity for none
 * @param max the greatest one; infinity for none
 * @param minExclusive whether the least one itself is refused
 * @param maxExclusive whether the greatest one itself is refused
 * @since 0.1
 */
public record Bounds(double min, double max, boolean minExclusive, boolean maxExclusive) {

  /** No bounds. */
  public static final Bounds NONE =
      new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false, false);

  static Bounds of(Option option) {
    return new Bounds(option.min(), option.max(), option.minExclusive(), option.maxExclusive());
  }

  /** Whether a number lies within. */
  public boolean contains(double value) {
    boolean above = minExclusive ? value > min : value >= min;
    boolean below = maxExclusive ? value < max : value <= max;
    return above && below;
  }

  /** Whether there is a least number. */
  public boolean hasMin() {
    return min != Double.NEGATIVE_INFINITY;
  }

  /** Whether there is a greatest number. */
  public boolean hasMax() {
    return max != Double.POSITIVE_INFINITY;
  }

  /** The bounds in words, such as {@code from 0 to 1}; empty for none. */
  @Override
  public String toString() {
    if (hasMin() && hasMax() && !minExclusive && !maxExclusive) {
      return "from " + number(min) + " to " + number(max);
    }
    String low = hasMin() ? (minExclusive ? "above " : "of at least ") + number(min) : "";
    String high = hasMax() ? (maxExclusive ? "below " : "of at most ") + number(max) : "";
    return low.isEmpty() || high.isEmpty() ? low + high : low + " and " + high;
  }

  /** Writes a number as people do. */
  public static String number(double value) {
    BigDecimal exact = BigDecimal.valueOf(value).stripTrailingZeros();
    boolean plain = exact.scale() < 8 && exact.precision() - exact.scale() < 12;
    return plain
        ? exact.toPlainString()
        : exact.toString().toLowerCase(Locale.ROOT).replace("e+", "e");
  }
}
