package io.flexora.comparison.analysis;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/** The finite numbers of an analysis as records have them; others are not known. */
final class FiniteValues {

  private FiniteValues() {}

  static OptionalDouble number(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble())
        ? value
        : OptionalDouble.empty();
  }

  static OptionalDouble number(Optional<Double> value) {
    return number(value.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
  }

  static MetricValue.ConfidenceInterval bounds(Interval interval) {
    return new MetricValue.ConfidenceInterval(interval.low(), interval.high());
  }
}
