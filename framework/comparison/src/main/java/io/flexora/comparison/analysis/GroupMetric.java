package io.flexora.comparison.analysis;

import io.flexora.api.metric.MetricDescription;
import io.flexora.statistics.Interval;
import java.util.List;
import java.util.Optional;

/** The metric that decides in a group. */
record GroupMetric(MetricDescription description) {

  /** That of the first cell that tells one; empty if none does. */
  static Optional<GroupMetric> of(List<AnalysedCell> cells) {
    return cells.stream()
        .flatMap(cell -> cell.deciding().stream())
        .findFirst()
        .map(GroupMetric::new);
  }

  String name() {
    return description.name();
  }

  boolean percent() {
    return description.percent();
  }

  /** The part of an interval of the metric that holds values which it can have. */
  Interval clip(Interval interval) {
    return clip(interval, description.range());
  }

  /** The same of an interval of a difference. */
  Interval clipDifference(Interval interval) {
    return clip(interval, description.range().ofDifference());
  }

  /** The most that two of its values can differ by; infinite where there is no limit. */
  double greatestDifference() {
    return description.range().ofDifference().high();
  }

  private static Interval clip(Interval interval, MetricDescription.Range range) {
    return new Interval(range.clip(interval.low()), range.clip(interval.high()));
  }

  /** The same number with more being better. */
  double worth(double value) {
    return description.lowerIsBetter() ? -value : value;
  }
}
