package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Table;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.McNemar;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.Equivalence.OneSided;
import io.flexora.results.comparison.StrategyResult.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Every test of every difference, in full. */
final class TestTable {

  /** The columns of the tests within a margin, after the first. */
  private static final List<String> EQUIVALENCE =
      List.of(
          "#Pairs of seeds",
          "#Difference",
          "#p, not worse, seeds",
          "#p, not better, seeds",
          "#p, not worse, examples",
          "#p, not better, examples",
          "#p, not worse, both",
          "#p, not better, both",
          "#Adjusted p, not worse",
          "#Adjusted p, equivalent",
          "Within the margin");

  private TestTable() {}

  /** Those from the baseline; absent where nothing was tested. */
  static Optional<Table> of(Group group) {
    Table table = table("Each strategy against the baseline", "Strategy", "#Only the baseline");
    for (Strategy strategy : group.compared()) {
      table.row(strategy.name(), false, row(group, strategy.difference().orElseThrow()));
    }
    return some(table);
  }

  /** Those within a margin of the baseline or of another strategy; absent where there is none. */
  static Optional<Table> withinMargin(Group group) {
    Table table =
        within("Within the margin of " + group.reference().orElse("the baseline"), "Strategy");
    for (Strategy strategy : group.strategies()) {
      if (group.reference().isPresent()) {
        strategy
            .found()
            .reference()
            .ifPresent(reference -> table.row(strategy.name(), false, row(group, reference)));
      } else {
        strategy
            .difference()
            .flatMap(difference -> within(group, difference))
            .ifPresent(row -> table.row(strategy.name(), false, row));
      }
    }
    return some(table);
  }

  /** Those from counterparts; absent where there is none. */
  static Optional<Table> ofCounterparts(Group group) {
    Table table = table("With the strategy held equal", "Strategy, against", "#Only the other");
    for (Strategy strategy : group.strategies()) {
      strategy
          .ofCounterpart()
          .ifPresent(
              difference -> table.row(againstCounterpart(strategy), false, row(group, difference)));
    }
    return some(table);
  }

  /** Those within a margin of counterparts; absent where there is none. */
  static Optional<Table> withinMarginOfCounterparts(Group group) {
    Table table = within("Within the margin, with the strategy held equal", "Strategy, against");
    for (Strategy strategy : group.strategies()) {
      strategy
          .ofCounterpart()
          .flatMap(difference -> within(group, difference))
          .ifPresent(row -> table.row(againstCounterpart(strategy), false, row));
    }
    return some(table);
  }

  private static String againstCounterpart(Strategy strategy) {
    return strategy.name() + ", against " + strategy.found().counterpart().orElseThrow().name();
  }

  private static Optional<Table> some(Table table) {
    return Optional.of(table).filter(some -> !some.rows().isEmpty());
  }

  private static Table table(String caption, String who, String onlyOther) {
    return Table.of(
        caption,
        who,
        "#Pairs of seeds",
        "#Difference",
        "#Interval over seeds",
        "#p, t-test",
        "#p, sign flips",
        "#Interval over examples",
        "#p, examples",
        "#Interval over both",
        "#p, both",
        "#Only this right",
        onlyOther,
        "#p, McNemar",
        "#Greatest p",
        "#Adjusted p",
        "#Seeds needed in total");
  }

  private static List<String> row(Group group, Difference difference) {
    int decimals = group.decimals();
    DifferenceResult found = difference.found();
    Optional<McNemar> mcnemar = found.mcnemar();
    return List.of(
        Numerals.count(found.seeds()),
        Numerals.signed(found.difference(), decimals),
        interval(found.overSeeds(), decimals),
        text(Difference.p(found.overSeeds())),
        text(Difference.p(found.overSeedsPermutation())),
        interval(found.overExamples(), decimals),
        text(Difference.p(found.overExamples())),
        interval(found.overBoth(), decimals),
        text(Difference.p(found.overBoth())),
        mcnemar.map(test -> Numerals.count((double) test.onlyThis())).orElse(Numerals.NONE),
        mcnemar.map(test -> Numerals.count((double) test.onlyBaseline())).orElse(Numerals.NONE),
        mcnemar.map(test -> Numerals.probability(test.pValue())).orElse(Numerals.NONE),
        text(found.pValue()),
        text(found.pAdjusted()),
        found.seedsNeeded().isPresent()
            ? Numerals.count(found.seedsNeeded().getAsInt())
            : Numerals.NONE);
  }

  private static Table within(String caption, String who) {
    List<String> columns = new ArrayList<>(List.of(who));
    columns.addAll(EQUIVALENCE);
    return Table.of(caption, columns);
  }

  private static Optional<List<String>> within(Group group, Difference difference) {
    DifferenceResult found = difference.found();
    return found.equivalence().map(tests -> row(group, found.seeds(), found.difference(), tests));
  }

  private static List<String> row(Group group, Reference reference) {
    return row(group, reference.seeds(), reference.difference(), reference.equivalence());
  }

  private static List<String> row(
      Group group, int seeds, double difference, Equivalence equivalence) {
    return List.of(
        Numerals.count(seeds),
        Numerals.signed(difference, group.decimals()),
        text(p(equivalence.overSeeds(), OneSided::pNotWorse)),
        text(p(equivalence.overSeeds(), OneSided::pNotBetter)),
        text(p(equivalence.overExamples(), OneSided::pNotWorse)),
        text(p(equivalence.overExamples(), OneSided::pNotBetter)),
        text(p(equivalence.overBoth(), OneSided::pNotWorse)),
        text(p(equivalence.overBoth(), OneSided::pNotBetter)),
        text(equivalence.pNotWorseAdjusted()),
        text(equivalence.pEquivalentAdjusted()),
        equivalence.verdict().words());
  }

  private static OptionalDouble p(Optional<OneSided> tests, ToDoubleFunction<OneSided> one) {
    return tests.stream().mapToDouble(one).findFirst();
  }

  private static String text(OptionalDouble p) {
    return p.isPresent() ? Numerals.probability(p.getAsDouble()) : Numerals.NONE;
  }

  private static String interval(Optional<DifferenceResult.Test> test, int decimals) {
    return Difference.interval(test)
        .map(i -> Numerals.range(i.low(), i.high(), decimals))
        .orElse(Numerals.NONE);
  }
}
