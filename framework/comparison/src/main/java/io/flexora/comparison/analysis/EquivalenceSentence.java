package io.flexora.comparison.analysis;

import io.flexora.comparison.analysis.GroupMargin.TestedPair;
import io.flexora.comparison.analysis.PairedDifference.Pair;
import io.flexora.results.comparison.Equivalence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The sentences on a margin, in plain English. */
final class EquivalenceSentence {

  private EquivalenceSentence() {}

  /**
   * What the tests of a strategy against another one say.
   *
   * @param tested what was tested
   * @param difference what is said of their difference; empty if that is said elsewhere
   */
  static String of(
      Pair pair, GroupMetric metric, TestedPair tested, Equivalence found, String difference) {
    String strategy = pair.strategy();
    String other = pair.reference();
    String margin = new MetricText(metric).margin(found.margin());
    int size = tested.differences().size();
    String seeds = "%d seed%s".formatted(size, size == 1 ? "" : "s");
    String over = seeds + examples(tested);
    return switch (found.verdict()) {
      case EQUIVALENT ->
          "%s is equivalent to %s within %s (%sTOST over %s, %s)."
              .formatted(strategy, other, margin, difference, over, p(found.pEquivalentAdjusted()));
      case NOT_WORSE ->
          "%s is not worse than %s by more than %s (%sone-sided t-test over %s, %s)."
              .formatted(strategy, other, margin, difference, over, p(found.pNotWorseAdjusted()));
      case NOT_SHOWN ->
          "That %s is worse than %s by more than %s is not ruled out (%sone-sided t-test over %s, %s)."
              .formatted(strategy, other, margin, difference, over, p(found.pNotWorseAdjusted()));
      case TOO_FEW_SEEDS ->
          "Whether %s is worse than %s by more than %s cannot be judged with %s; it takes at least %d."
              .formatted(strategy, other, margin, seeds, SeedInference.FEWEST_SEEDS);
    };
  }

  private static String examples(TestedPair tested) {
    return tested
        .tests()
        .flatMap(PairedEquivalence::overExamples)
        .map(test -> " and %d examples".formatted(test.pairs()))
        .orElse("");
  }

  private static String p(OptionalDouble adjusted) {
    return MetricText.p(adjusted.orElseThrow()) + " after Holm's correction";
  }

  /**
   * Sums up a group.
   *
   * @param verdicts those of the strategies that have a value in common with the one of the margin,
   *     by name
   */
  static String ofGroup(
      GroupMetric metric, EquivalenceMargin margin, Map<String, Equivalence.Verdict> verdicts) {
    return " With a margin of %s, %s."
        .formatted(
            new MetricText(metric).margin(margin.margin()), summary(margin.against(), verdicts));
  }

  private static String summary(String other, Map<String, Equivalence.Verdict> verdicts) {
    if (verdicts.isEmpty()) {
      return "nothing could be tested against %s: no seed has values of both".formatted(other);
    }
    List<String> few = those(verdicts, Equivalence.Verdict.TOO_FEW_SEEDS);
    if (few.size() == verdicts.size()) {
      return "nothing is judged against " + other + needed();
    }
    List<String> parts = new ArrayList<>();
    List<String> equivalent = those(verdicts, Equivalence.Verdict.EQUIVALENT);
    if (!equivalent.isEmpty()) {
      parts.add(GroupSentence.listed(equivalent) + is(equivalent) + "equivalent to " + other);
    }
    List<String> notWorse = those(verdicts, Equivalence.Verdict.NOT_WORSE);
    if (!notWorse.isEmpty()) {
      parts.add(GroupSentence.listed(notWorse) + is(notWorse) + "not worse than " + other);
    }
    if (parts.isEmpty()) {
      parts.add("none is shown to be equivalent to %s, or not worse".formatted(other));
    }
    if (!few.isEmpty()) {
      parts.add(GroupSentence.listed(few) + is(few) + "not judged" + needed());
    }
    return String.join("; ", parts);
  }

  private static String needed() {
    return ", as at least %d seeds are needed".formatted(SeedInference.FEWEST_SEEDS);
  }

  /** Why nothing is tested with a margin that no difference can exceed. */
  static String tooLarge(GroupMetric metric, EquivalenceMargin margin) {
    return (" Nothing is tested for equivalence: option 'equivalence.margin' (%s) is %s, but two values"
            + " of %s cannot differ by more than %s; write less.")
        .formatted(
            margin.where(),
            MetricText.number(margin.margin()),
            metric.name(),
            MetricText.number(metric.greatestDifference()));
  }

  private static List<String> those(
      Map<String, Equivalence.Verdict> verdicts, Equivalence.Verdict verdict) {
    return verdicts.entrySet().stream()
        .filter(entry -> entry.getValue() == verdict)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String is(List<String> names) {
    return names.size() == 1 ? " is " : " are ";
  }
}
