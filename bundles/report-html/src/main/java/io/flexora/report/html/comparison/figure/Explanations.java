package io.flexora.report.html.comparison.figure;

import io.flexora.api.report.ComparisonResult;
import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.figure.Cover.Item;
import io.flexora.report.html.figure.Numerals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the figures of a comparison mean: of each only where the comparison has it. */
final class Explanations {

  private Explanations() {}

  static List<Item> of(Findings findings) {
    List<Difference> differences =
        findings.groups().stream()
            .flatMap(group -> group.strategies().stream())
            .flatMap(strategy -> strategy.difference().stream())
            .toList();
    List<Item> items = new ArrayList<>();
    if (differences.isEmpty()) {
      return items;
    }
    items.add(
        item(
            "Pairs",
            "A strategy and the baseline are compared seed by seed: with the same seed both see the"
                + " same data in the same order. The mean of these differences is the difference."));
    test(differences, ComparisonResult.Difference::overSeeds)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "Would the mean difference be as large by the chance of the seeds alone? It"
                            + " takes the differences as normally distributed; with few seeds its"
                            + " interval is wide, and has to be.")));
    test(differences, ComparisonResult.Difference::overSeedsPermutation)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "The same question without a distribution: in how many of all ways to flip"
                            + " the signs of the differences is their mean as far from zero? With n"
                            + " seeds its p-value cannot be below 2 / 2ⁿ (0.0625 with five).")));
    test(differences, ComparisonResult.Difference::overExamples)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "Would the difference be as large by the chance of the test sample? The test"
                            + " examples are drawn again, for both strategies the same ones.")));
    test(differences, ComparisonResult.Difference::overBoth)
        .ifPresent(
            test ->
                items.add(
                    item(
                        named(test),
                        "An interval for both chances at once: seeds are drawn again, and examples"
                            + " within them.")));
    differences.stream()
        .flatMap(difference -> difference.found().mcnemar().stream())
        .findFirst()
        .ifPresent(
            test ->
                items.add(
                    item(
                        "McNemar's test",
                        "Counts the examples that only one of the two answers rightly; if neither is"
                            + " better, both counts are alike but for chance.")));
    items.add(verdict(findings));
    items.add(
        item(
            "Effect size",
            "The mean difference divided by the standard deviation of the differences over seeds"
                + " (Cohen's d for pairs, with Hedges' correction for few of them): how large it is"
                + " beside what the seed alone changes."));
    items.add(
        item(
            "Seeds needed",
            "How many seeds in all it would take to tell a difference of this size from chance in 80 %"
                + " of the cases, after the correction for all comparisons of the group, if it is"
                + " real and the seeds vary as they do here. An estimate from few seeds, itself"
                + " uncertain."));
    if (findings.groups().stream()
        .flatMap(group -> group.strategies().stream())
        .anyMatch(strategy -> strategy.found().jaccard().isPresent())) {
      items.add(
          item(
              "Jaccard index",
              "The layers that two seeds both chose, divided by those that either chose: 1 if the"
                  + " choices are the same. What as many layers drawn at random would give stands"
                  + " beside it; a choice that is no more alike than that depends on the seed."));
    }
    return items;
  }

  private static Item verdict(Findings findings) {
    return item(
        "Verdict",
        "A difference has to hold over seeds and over examples, so the greater of the two p-values"
            + " counts; it is adjusted by Holm's method for the number of strategies of the group."
            + " “Better” and “worse” are said only where the adjusted p-value is below "
            + Numerals.fixed(1 - findings.confidence(), 2)
            + ". “Not distinguishable” does not mean equal: these data cannot tell.");
  }

  private static Optional<ComparisonResult.Test> test(
      List<Difference> differences,
      Function<ComparisonResult.Difference, Optional<ComparisonResult.Test>> test) {
    return differences.stream()
        .flatMap(difference -> test.apply(difference.found()).stream())
        .findFirst();
  }

  private static String named(ComparisonResult.Test test) {
    return Character.toUpperCase(test.test().charAt(0)) + test.test().substring(1);
  }

  private static Item item(String name, String value) {
    return new Item(name, value, "");
  }
}
