package io.flexora.report.html.evidence;

import io.flexora.api.evaluate.MetricRange;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A measured number.
 *
 * @param value the number
 * @param standardError its standard error, if it was given
 * @param lowerIsBetter whether the lower of two values is the better one
 * @param range the values that it can have
 */
public record Measure(
    double value, OptionalDouble standardError, boolean lowerIsBetter, MetricRange range) {

  /** Reads a metric; empty without a value. */
  static Optional<Measure> read(Facts metric) {
    OptionalDouble value = metric.number("value");
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Measure(
                value.getAsDouble(),
                metric.number("standard_error"),
                Boolean.TRUE.equals(metric.values().get("lower_is_better")),
                new MetricRange(
                    metric.number("least").orElse(Double.NEGATIVE_INFINITY),
                    metric.number("greatest").orElse(Double.POSITIVE_INFINITY))));
  }

  /** The standard error, 0 if none was given. */
  public double error() {
    return standardError.orElse(0);
  }
}
