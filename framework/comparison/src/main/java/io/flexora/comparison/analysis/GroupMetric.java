package io.flexora.comparison.analysis;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricRange;
import io.flexora.statistics.Interval;

/** The metric that decides in a group. */
record GroupMetric(MetricDescription description) {

  String name() {
    return description.name();
  }

  boolean percent() {
    return description.percent();
  }

  /** The part of an interval of the metric that holds values which it can have. */
  Interval cut(Interval interval) {
    return cut(interval, description.range());
  }

  /** The same of an interval of a difference. */
  Interval cutDifference(Interval interval) {
    return cut(interval, description.range().ofDifference());
  }

  /** The most that two of its values can differ by; infinite where there is no limit. */
  double greatestDifference() {
    return description.range().ofDifference().high();
  }

  private static Interval cut(Interval interval, MetricRange range) {
    return new Interval(range.cut(interval.low()), range.cut(interval.high()));
  }

  /** The same number with more being better. */
  double worth(double value) {
    return description.lowerIsBetter() ? -value : value;
  }
}
