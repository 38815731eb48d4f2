package io.flexora.api.evaluate;

import io.flexora.api.metric.MetricDescription;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A measured value of a metric, with its uncertainty and its description.
 *
 * @param description the reading of the value
 * @param value the number
 * @param standardError its standard error over samples of the examples; NaN if there is none
 * @param interval its 95 % confidence interval, where the metric has a better one than two standard
 *     errors to each side, such as that of a biased estimate
 * @param diagram the diagram to show beside the number
 * @since 0.1
 */
public record MetricValue(
    MetricDescription description,
    double value,
    double standardError,
    Optional<ConfidenceInterval> interval,
    Optional<Diagram> diagram) {

  /**
   * A diagram beside the number of a metric, such as a reliability diagram: groups of examples as
   * points, both axes from 0 to 1.
   *
   * @param title its name, such as {@code Reliability}
   * @param x the quantity that runs to the right, such as {@code mean confidence}
   * @param y the quantity that runs up, such as {@code accuracy}
   * @param points the groups, in the order of x; those without examples are left out
   */
  public record Diagram(String title, String x, String y, List<Point> points) {

    /**
     * A group of examples.
     *
     * @param x where it lies, from 0 to 1
     * @param y the height, from 0 to 1
     * @param low the lower end of the 95 % confidence interval of y
     * @param high the upper end
     * @param examples the number of examples in the group
     */
    public record Point(double x, double y, double low, double high, long examples) {}

    /** Copies the points. */
    public Diagram {
      Objects.requireNonNull(title);
      Objects.requireNonNull(x);
      Objects.requireNonNull(y);
      points = List.copyOf(points);
    }
  }

  /**
   * A confidence interval.
   *
   * @param low its lower end
   * @param high its upper end
   */
  public record ConfidenceInterval(double low, double high) {}

  /** A value without an interval of its own, and without a diagram. */
  public MetricValue(MetricDescription description, double value, double standardError) {
    this(description, value, standardError, Optional.empty(), Optional.empty());
  }

  /** The same value with something to show beside it. */
  public MetricValue with(Diagram shown) {
    return new MetricValue(description, value, standardError, interval, Optional.of(shown));
  }

  /** The name of the metric. */
  public String name() {
    return description.name();
  }

  /** The standard error; empty if there is none. */
  public OptionalDouble error() {
    return Double.isFinite(standardError)
        ? OptionalDouble.of(standardError)
        : OptionalDouble.empty();
  }

  /**
   * The interval, where it says what the standard error cannot: at the ends of the metric's range,
   * where that is 0, or two of it lead out of the range.
   */
  public Optional<ConfidenceInterval> intervalAtEnd() {
    double twice = 2 * error().orElse(0);
    boolean within =
        description.range().contains(value - twice) && description.range().contains(value + twice);
    return interval.filter(found -> twice == 0 || !within);
  }

  /** Whether it is better than another value of the same metric. */
  public boolean isBetterThan(MetricValue other) {
    return description.isBetter(value, other.value);
  }
}
