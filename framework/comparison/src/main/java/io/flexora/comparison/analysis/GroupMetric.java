package io.flexora.comparison.analysis;

import io.flexora.api.evaluate.DecidingMetric;
import io.flexora.api.evaluate.MetricRange;
import io.flexora.api.evaluate.Prediction;
import io.flexora.statistics.Interval;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** The metric that decides in a group. */
record GroupMetric(DecidingMetric deciding) {

  /** The share of the predictions that are right, as the predictions themselves tell. */
  private static final Set<String> RIGHT_PREDICTIONS = Set.of("accuracy", "acc");

  String name() {
    return deciding.name();
  }

  boolean isFraction() {
    return range().isFraction();
  }

  private MetricRange range() {
    return MetricRange.of(name());
  }

  /** The part of an interval of the metric that holds values which it can have. */
  Interval cut(Interval interval) {
    return cut(interval, range());
  }

  /** The same of an interval of a difference. */
  Interval cutDifference(Interval interval) {
    return cut(interval, range().ofDifference());
  }

  private static Interval cut(Interval interval, MetricRange range) {
    return new Interval(range.cut(interval.low()), range.cut(interval.high()));
  }

  /**
   * Its value of one example; empty if the evaluator did not tell it, and the prediction does not
   * either.
   */
  OptionalDouble of(Prediction prediction) {
    Double told = prediction.metrics().get(name());
    if (told != null) {
      return Double.isFinite(told) ? OptionalDouble.of(told) : OptionalDouble.empty();
    }
    return RIGHT_PREDICTIONS.contains(name())
        ? OptionalDouble.of(prediction.predicted() == prediction.label() ? 1 : 0)
        : OptionalDouble.empty();
  }

  /** The same number with more being better. */
  double worth(double value) {
    return deciding.lowerIsBetter() ? -value : value;
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name());
    json.put("higher_is_better", !deciding.lowerIsBetter());
    json.put("unit", isFraction() ? "fraction" : name().equals("loss") ? "nats" : "value");
    return json;
  }
}
