package io.flexora.api.metric;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A description of a metric, by which its values are read, shown and compared. It stands beside
 * every recorded value, so that a report needs neither the plugin nor the metric's name.
 *
 * <p>{@link #fraction}, {@link #score} and {@link #error} make the usual ones; the {@code with...}
 * methods change a part.
 *
 * @param name the name by which YAML, records and queries know it, such as {@code acc_norm}: lower
 *     case letters, digits and underscores
 * @param symbol the short name in narrow tables, such as {@code acc_n}; the name where there is
 *     none
 * @param range the values that it can have; intervals end where these do
 * @param lowerIsBetter whether the model with the lower value is the better one
 * @param percent whether it is a share that people read in per cent
 * @param unit the unit of its values, such as {@code nats}; empty for none
 * @param perExample whether it is the mean of a value of each example; false for an aggregate such
 *     as a ratio
 * @param needs the parts of a scored example that it is computed from
 * @since 0.1
 */
public record MetricDescription(
    String name,
    String symbol,
    Range range,
    boolean lowerIsBetter,
    boolean percent,
    String unit,
    boolean perExample,
    Set<Need> needs) {

  /**
   * The values that a metric can have: intervals end where these do.
   *
   * @param low the least; negative infinity where there is none
   * @param high the greatest; positive infinity where there is none
   */
  public record Range(double low, double high) {

    /** All numbers. */
    public static final Range ALL = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** From 0 to 1. */
    public static final Range FRACTION = new Range(0, 1);

    /**
     * Checks the ends.
     *
     * @throws IllegalArgumentException unless the least is below the greatest
     */
    public Range {
      if (!(low < high)) {
        throw new IllegalArgumentException(
            "a metric's range from " + low + " to " + high + " holds no interval");
      }
    }

    /** All numbers from this one on. */
    public static Range from(double low) {
      return new Range(low, Double.POSITIVE_INFINITY);
    }

    /** Whether it holds this value. */
    public boolean contains(double value) {
      return low <= value && value <= high;
    }

    /** The range of the difference of two values. */
    public Range ofDifference() {
      return new Range(low - high, high - low);
    }

    /** The value of the range that is closest to this one. */
    public double clip(double value) {
      return Math.min(high, Math.max(low, value));
    }
  }

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  /** The data that a metric is computed from. */
  public enum Need {
    /** The log-likelihood of each choice. */
    SCORES("the score of each choice"),
    /** The right choice. */
    LABEL("the right choice"),
    /** The number that a head predicts. */
    NUMBER("a predicted number"),
    /** The labels that a head gives. */
    LABELS("predicted labels"),
    /** The tags that a head gives to words. */
    TAGS("predicted tags"),
    /** The vectors that a head makes of texts. */
    VECTORS("vectors of texts"),
    /** The text that the model generates. */
    TEXT("generated text"),
    /** The number or text that the example carries as its target. */
    TARGET("a target"),
    /**
     * What the same model said of its own test examples, beside those of a further test set. Where
     * nothing stands beside the examples, the metric is refused.
     */
    REFERENCE("a reference");

    private final String words;

    Need(String words) {
      this.words = words;
    }

    /** What it is, for a message. */
    public String words() {
      return words;
    }
  }

  /**
   * Copies the needs.
   *
   * @throws IllegalArgumentException if the name is not made of lower case letters, digits and
   *     underscores
   */
  public MetricDescription {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a metric; it takes lower case letters, digits and underscores"
              .formatted(name));
    }
    needs = Set.copyOf(needs);
  }

  /** A share of the examples, of which more is better, such as an accuracy. */
  public static MetricDescription fraction(String name, Need... needs) {
    return new MetricDescription(name, name, Range.FRACTION, false, true, "", true, Set.of(needs));
  }

  /** A number of each example of which more is better. */
  public static MetricDescription score(String name, Need... needs) {
    return new MetricDescription(name, name, Range.ALL, false, false, "", true, Set.of(needs));
  }

  /** A number of each example, at least 0, of which less is better, such as a loss. */
  public static MetricDescription error(String name, Need... needs) {
    return new MetricDescription(name, name, Range.from(0), true, false, "", true, Set.of(needs));
  }

  /** The same with another symbol. */
  public MetricDescription withSymbol(String other) {
    return new MetricDescription(
        name, other, range, lowerIsBetter, percent, unit, perExample, needs);
  }

  /** The same with another range. */
  public MetricDescription withRange(Range other) {
    return new MetricDescription(
        name, symbol, other, lowerIsBetter, percent, unit, perExample, needs);
  }

  /** The same with values in a unit. */
  public MetricDescription withUnit(String other) {
    return new MetricDescription(
        name, symbol, range, lowerIsBetter, percent, other, perExample, needs);
  }

  /** The same, read in per cent. */
  public MetricDescription inPercent() {
    return new MetricDescription(name, symbol, range, lowerIsBetter, true, unit, perExample, needs);
  }

  /** The same as an aggregate, which is no mean over the examples. */
  public MetricDescription asAggregate() {
    return new MetricDescription(name, symbol, range, lowerIsBetter, percent, unit, false, needs);
  }

  /** Whether one value is better than another. */
  public boolean isBetter(double value, double other) {
    return lowerIsBetter ? value < other : value > other;
  }
}
