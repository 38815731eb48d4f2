package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.figure.Cover;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.DifferenceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The meanings of the figures of a comparison: of each only where the comparison has it. */
final class Explanations {

  private Explanations() {}

  static List<Cover.Fact> of(Findings findings) {
    List<DifferenceResult> differences =
        findings.groups().stream()
            .flatMap(group -> group.strategies().stream())
            .flatMap(strategy -> strategy.difference().stream())
            .toList();
    List<Cover.Fact> items = new ArrayList<>();
    if (differences.isEmpty()) {
      return items;
    }
    items.add(
        item(
            "Pairs",
            "A strategy and the baseline are paired by seed: with the same seed, both see"
                + " the same data in the same order. The difference is the mean of the paired"
                + " differences."));
    test(differences, DifferenceResult::overSeeds)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "Could a mean difference this large come from the choice of seeds? Assumes"
                            + " normally distributed differences; with few seeds the interval is wide, as it"
                            + " should be.")));
    test(differences, DifferenceResult::overSeedsPermutation)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "The distribution-free counterpart: the share of all sign flips of the"
                            + " differences whose mean is at least as far from zero. With n seeds its p-value"
                            + " cannot be below 2 / 2ⁿ (0.0625 with five).")));
    test(differences, DifferenceResult::overExamples)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "Could a difference this large come from the choice of test examples? The test"
                            + " examples are resampled, the same ones for both strategies.")));
    test(differences, DifferenceResult::overBoth)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "Could a difference this large come from the choice of both at once? Seeds and"
                            + " test examples are taken as crossed random factors; the degrees of"
                            + " freedom are Satterthwaite's.")));
    differences.stream()
        .flatMap(difference -> difference.mcnemar().stream())
        .findFirst()
        .ifPresent(
            test ->
                items.add(
                    item(
                        "McNemar's test",
                        "Counts the examples that exactly one of the two gets right; if neither is"
                            + " better, the two counts differ by chance only.")));
    items.add(verdict(findings, differences));
    if (findings.groups().stream().anyMatch(group -> group.found().margin().isPresent())) {
      items.add(equivalence(findings));
    }
    items.add(
        item(
            "Effect size",
            "Effect size: the mean difference divided by the standard deviation of the"
                + " differences over seeds (Cohen's d for pairs with Hedges' small-sample"
                + " correction)."));
    items.add(
        item(
            "Seeds needed",
            "Total number of seeds for a power of 80 % to detect a difference of this size,"
                + " after the correction for all comparisons of the group, assuming the variation"
                + " over seeds seen here. An estimate from few seeds is itself uncertain."));
    if (findings.groups().stream()
        .flatMap(group -> group.strategies().stream())
        .anyMatch(strategy -> strategy.found().jaccard().isPresent())) {
      items.add(
          item(
              "Jaccard index",
              "Jaccard index: the layers chosen with both of two seeds, divided by those"
                  + " chosen with either; 1 if the choices are equal. Of a strategy that chooses"
                  + " modules, the modules of layers are compared, whatever their ranks. The value"
                  + " expected of random choices stands beside it; a strategy that does not exceed"
                  + " it chooses differently with every seed."));
    }
    return items;
  }

  /** Why an adjusted p-value may not fit the interval beside it; empty where it does. */
  static Optional<String> besideInterval(Group group) {
    List<DifferenceResult> differences =
        group.compared().stream().flatMap(strategy -> strategy.difference().stream()).toList();
    boolean interval =
        differences.stream().anyMatch(difference -> difference.interval().isPresent());
    if (!interval || !DifferenceResult.anyTested(differences, DifferenceResult::overExamples)) {
      return Optional.empty();
    }
    return Optional.of(
        "Intervals are over seeds. The p-value that is adjusted is the "
            + (DifferenceResult.anyTested(differences, DifferenceResult::overBoth)
                ? "greatest of three tests (over seeds, over examples, over both)"
                : "greater of two tests (over seeds, over examples)")
            + ", so it can be large beside a narrow interval.");
  }

  private static Cover.Fact verdict(Findings findings, List<DifferenceResult> differences) {
    return item(
        "Verdict",
        "A difference must be significant "
            + counting(differences)
            + " adjusted by Holm's method for all differences of the group that are tested, those from"
            + " counterparts included. “Better” and “worse” require an adjusted p-value below "
            + Numerals.fixed(1 - findings.confidence(), 2)
            + ". “Not distinguishable” does not mean equal: the data are not sufficient to"
            + " tell.");
  }

  /** By which tests, and which of their p-values counts. */
  private static String counting(List<DifferenceResult> differences) {
    if (!DifferenceResult.anyTested(differences, DifferenceResult::overExamples)) {
      return "over seeds; its p-value is";
    }
    return DifferenceResult.anyTested(differences, DifferenceResult::overBoth)
        ? "over seeds, over examples and over both at once, so the greatest of the three p-values counts,"
        : "over seeds and over examples, so the greater of the two p-values counts,";
  }

  private static Cover.Fact equivalence(Findings findings) {
    return item(
        "Not worse, equivalent",
        "Two one-sided t-tests (TOST) against the margin, over seeds, over examples and over both at"
            + " once, of which the greatest p-value counts. By Holm's method those of “not worse” are"
            + " adjusted for each other, and those of “equivalent” for each other. “Not worse”: that"
            + " the strategy is worse than "
            + findings.groups().stream()
                .flatMap(group -> group.found().reference().stream())
                .findFirst()
                .orElse("the baseline")
            + " by the margin has an adjusted p-value below "
            + Numerals.fixed(1 - findings.confidence(), 2)
            + ". “Equivalent”: that it is worse or better by the margin has one. “Not shown” does not"
            + " mean worse. Over examples of a metric with bounds, one difference at either bound is added,"
            + " and no p-value is below that of losses at the bound alone (binomial), so that rare"
            + " ones are allowed for.");
  }

  private static Optional<DifferenceResult.TestResult> test(
      List<DifferenceResult> differences,
      Function<DifferenceResult, Optional<DifferenceResult.TestResult>> test) {
    return differences.stream().flatMap(difference -> test.apply(difference).stream()).findFirst();
  }

  private static String named(DifferenceResult.TestResult test) {
    return Character.toUpperCase(test.test().charAt(0)) + test.test().substring(1);
  }

  private static Cover.Fact item(String name, String value) {
    return new Cover.Fact(name, value, "");
  }
}
