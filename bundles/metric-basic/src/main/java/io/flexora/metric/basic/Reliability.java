package io.flexora.metric.basic;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.Diagram;
import io.flexora.numerics.score.Estimates;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The reliability diagram: each bin's mean confidence and accuracy. */
final class Reliability {

  private Reliability() {}

  /**
   * Draws it.
   *
   * @param bins the examples in bins by the probability of the predicted choice
   * @param most how many bins there are at most
   */
  static Diagram diagram(ScoredExamples scored, BinnedGaps.Bins bins, int most) {
    Map<Integer, List<ScoredExample>> members =
        IntStream.range(0, scored.size())
            .boxed()
            .collect(
                Collectors.groupingBy(
                    bins::place,
                    TreeMap::new,
                    Collectors.mapping(scored.examples()::get, Collectors.toList())));
    return new Diagram(
        title(scored, most),
        "mean probability of the predicted choice",
        "share of right predictions",
        members.values().stream().map(Reliability::point).toList());
  }

  /** What the diagram depends on beside the model: of how many examples, bins and choices it is. */
  private static String title(ScoredExamples scored, int most) {
    IntSummaryStatistics choices =
        scored.examples().stream()
            .mapToInt(example -> example.prediction().scores().size())
            .summaryStatistics();
    return "Reliability of %d examples in up to %d bins, %s choices"
        .formatted(
            scored.size(),
            most,
            choices.getMin() == choices.getMax()
                ? choices.getMin()
                : choices.getMin() + " to " + choices.getMax());
  }

  private static Diagram.Point point(List<ScoredExample> members) {
    long right = members.stream().filter(ScoredExample::isRight).count();
    MetricValue.Interval interval = Estimates.wilson(right, members.size());
    return new Diagram.Point(
        members.stream().mapToDouble(ScoredExample::confidence).average().orElseThrow(),
        (double) right / members.size(),
        interval.low(),
        interval.high(),
        members.size());
  }
}
