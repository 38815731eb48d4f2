package io.flexora.report.table;

import io.flexora.results.comparison.DifferenceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The part of a caption on the differences in its table: on their intervals and p-values, as far as
 * they have any.
 *
 * @param differences those from the baseline and from counterparts
 * @param confidence that of the intervals; one less it is the level of the tests
 */
record LatexDifferences(List<DifferenceResult> differences, double confidence) {

  /** Goes on behind what the differences are from; empty where there are none. */
  String text() {
    return differences.isEmpty() ? "" : intervals() + probabilities();
  }

  private String intervals() {
    List<DifferenceResult> without =
        differences.stream().filter(difference -> difference.interval().isEmpty()).toList();
    if (without.size() == differences.size()) {
      return ", without an interval, as each " + why(without);
    }
    return String.format(
        Locale.ROOT,
        ", with their %.0f\\,\\%% interval over seeds%s",
        100 * confidence,
        without.isEmpty() ? "" : " (none where it " + why(without) + ")");
  }

  /** Why differences have no interval. */
  private static String why(List<DifferenceResult> without) {
    List<String> reasons = new ArrayList<>();
    if (without.stream().anyMatch(difference -> !difference.sameWithEachSeed())) {
      reasons.add("is over fewer than three seeds");
    }
    if (without.stream().anyMatch(DifferenceResult::sameWithEachSeed)) {
      reasons.add("is the same with each seed");
    }
    return String.join(" or ", reasons);
  }

  /** Which p-value stands there; empty where there is none, as with one seed. */
  private String probabilities() {
    List<DifferenceResult> tested =
        differences.stream().filter(difference -> difference.pAdjusted().isPresent()).toList();
    return tested.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "; $p$ is that of %s, adjusted by Holm's method for the comparisons of this table, and"
                + " in bold where it is below %.2f",
            greatest(tests(tested)),
            1 - confidence);
  }

  private static List<String> tests(List<DifferenceResult> tested) {
    List<String> tests = new ArrayList<>();
    if (DifferenceResult.anyTested(tested, DifferenceResult::overSeeds)) {
      tests.add("a paired $t$-test over seeds");
    }
    if (tested.stream().anyMatch(difference -> difference.overSeeds().isEmpty())) {
      tests.add("a sign-flip test over seeds (where each has the same difference)");
    }
    if (DifferenceResult.anyTested(tested, DifferenceResult::overExamples)) {
      tests.add("a permutation test over examples");
    }
    if (DifferenceResult.anyTested(tested, DifferenceResult::overBoth)) {
      tests.add("a $t$-test with seeds and examples as crossed random factors");
    }
    return tests;
  }

  private static String greatest(List<String> tests) {
    int last = tests.size() - 1;
    return last == 0
        ? tests.get(0)
        : "%s or of %s, whichever is %s"
            .formatted(
                String.join(", of ", tests.subList(0, last)),
                tests.get(last),
                last == 1 ? "greater" : "greatest");
  }
}
