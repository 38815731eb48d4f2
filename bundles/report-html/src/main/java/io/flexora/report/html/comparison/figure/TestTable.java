package io.flexora.report.html.comparison.figure;

import io.flexora.api.report.ComparisonResult;
import io.flexora.api.report.ComparisonResult.McNemar;
import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** Every test of every difference, in full. */
final class TestTable {

  private TestTable() {}

  /** Those from the baseline; absent where nothing was tested. */
  static Optional<Table> of(Group group) {
    Table table = table("Each strategy against the baseline", "Strategy", "#Only the baseline");
    for (Strategy strategy : group.compared()) {
      table.row(strategy.name(), false, row(strategy.difference().orElseThrow(), group.decimals()));
    }
    return Optional.of(table).filter(some -> !some.rows().isEmpty());
  }

  /** Those from counterparts; absent where there is none. */
  static Optional<Table> ofCounterparts(Group group) {
    Table table = table("With the strategy held equal", "Strategy, against", "#Only the other");
    for (Strategy strategy : group.strategies()) {
      strategy
          .ofCounterpart()
          .ifPresent(
              difference ->
                  table.row(
                      strategy.name()
                          + ", against "
                          + strategy.found().counterpart().orElseThrow().name(),
                      false,
                      row(difference, group.decimals())));
    }
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
        "#Only this right",
        onlyOther,
        "#p, McNemar",
        "#Greater p",
        "#Adjusted p",
        "#Seeds needed in total");
  }

  private static List<String> row(Difference difference, int decimals) {
    ComparisonResult.Difference found = difference.found();
    Optional<McNemar> mcnemar = found.mcnemar();
    return List.of(
        Numerals.count(found.seeds()),
        Numerals.signed(found.difference(), decimals),
        interval(found.overSeeds(), decimals),
        text(Difference.p(found.overSeeds()), Numerals::probability),
        text(Difference.p(found.overSeedsPermutation()), Numerals::probability),
        interval(found.overExamples(), decimals),
        text(Difference.p(found.overExamples()), Numerals::probability),
        interval(found.overBoth(), decimals),
        mcnemar.map(test -> Numerals.count((double) test.onlyThis())).orElse(Numerals.NONE),
        mcnemar.map(test -> Numerals.count((double) test.onlyBaseline())).orElse(Numerals.NONE),
        mcnemar.map(test -> Numerals.probability(test.pValue())).orElse(Numerals.NONE),
        text(found.pValue(), Numerals::probability),
        text(found.pAdjusted(), Numerals::probability),
        found.seedsNeeded().isPresent()
            ? Numerals.count(found.seedsNeeded().getAsInt())
            : Numerals.NONE);
  }

  private static String text(OptionalDouble number, DoubleFunction<String> words) {
    return number.isPresent() ? words.apply(number.getAsDouble()) : Numerals.NONE;
  }

  private static String interval(Optional<ComparisonResult.Test> test, int decimals) {
    return Difference.interval(test)
        .map(i -> Numerals.range(i.low(), i.high(), decimals))
        .orElse(Numerals.NONE);
  }
}
