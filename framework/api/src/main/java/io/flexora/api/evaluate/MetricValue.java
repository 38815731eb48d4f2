package io.flexora.api.evaluate;

import io.flexora.api.metric.Diagram;
import io.flexora.api.metric.MetricDescription;
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

  /** Whether it is better than another value of the same metric. */
  public boolean isBetterThan(MetricValue other) {
    return description.isBetter(value, other.value);
  }
}
