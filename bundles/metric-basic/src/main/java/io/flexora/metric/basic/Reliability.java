package io.flexora.metric.basic;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Diagram;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.metric.basic.BinnedGaps.Member;
import io.flexora.numerics.score.Estimates;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The reliability diagram: each bin's mean probability, and the share of examples of which that
 * came true. Its title says what it depends on beside the model: of how many examples, bins and
 * choices it is.
 */
final class Reliability {

  private Reliability() {}

  /**
   * Draws that of the predicted choice's probability.
   *
   * @param most how many bins there are at most
   */
  static Diagram ofPredicted(ScoredExamples scored, BinnedGaps gaps, int most) {
    IntSummaryStatistics choices =
        scored.examples().stream()
            .mapToInt(example -> example.prediction().scores().size())
            .summaryStatistics();
    return new Diagram(
        "Reliability of %d examples in up to %d bins, %s choices"
            .formatted(
                scored.size(),
                most,
                choices.getMin() == choices.getMax()
                    ? choices.getMin()
                    : choices.getMin() + " to " + choices.getMax()),
        "mean probability of the predicted choice",
        "share of right predictions",
        points(List.of(gaps)));
  }

  /**
   * Draws that of the probabilities of all classes, each example once for each class. In a bin,
   * gaps of one class may cancel those of another.
   *
   * @param gaps those of each class, in the same bins
   * @param most how many bins there are at most
   */
  static Diagram ofClasses(ScoredExamples scored, List<BinnedGaps> gaps, int most) {
    return new Diagram(
        "Reliability of %d examples in up to %d bins, %d classes together"
            .formatted(scored.size(), most, gaps.size()),
        "mean probability of a class",
        "share of examples of the class",
        points(gaps));
  }

  private static List<Diagram.Point> points(List<BinnedGaps> gaps) {
    return gaps.stream()
        .flatMap(BinnedGaps::members)
        .collect(Collectors.groupingBy(Member::bin, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(Reliability::point)
        .toList();
  }

  private static Diagram.Point point(List<Member> members) {
    long came = members.stream().filter(member -> member.outcome() == 1).count();
    MetricValue.ConfidenceInterval interval = Estimates.wilson(came, members.size());
    return new Diagram.Point(
        members.stream().mapToDouble(Member::probability).average().orElseThrow(),
        (double) came / members.size(),
        interval.low(),
        interval.high(),
        members.size());
  }
}
