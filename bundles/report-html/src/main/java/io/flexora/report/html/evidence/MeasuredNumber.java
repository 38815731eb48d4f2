package io.flexora.report.html.evidence;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.Diagram;
import io.flexora.api.metric.MetricRange;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A measured number.
 *
 * @param value the number
 * @param standardError its standard error, if it was given
 * @param interval its interval of 95 %, where it is not two standard errors to each side
 * @param lowerIsBetter whether the lower of two values is the better one
 * @param range the values that it can have
 * @param diagram what there is to show beside it
 */
public record MeasuredNumber(
    double value,
    OptionalDouble standardError,
    Optional<MetricValue.Interval> interval,
    boolean lowerIsBetter,
    MetricRange range,
    Optional<Diagram> diagram) {

  /** What was measured; empty without a value. */
  static Optional<MeasuredNumber> of(MetricValue metric) {
    return Double.isFinite(metric.value())
        ? Optional.of(
            new MeasuredNumber(
                metric.value(),
                Double.isFinite(metric.standardError())
                    ? OptionalDouble.of(metric.standardError())
                    : OptionalDouble.empty(),
                metric.interval(),
                metric.description().lowerIsBetter(),
                metric.description().range(),
                metric.diagram()))
        : Optional.empty();
  }

  /** The standard error, 0 if none was given. */
  public double error() {
    return standardError.orElse(0);
  }
}
