package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.FigureTable.Column;
import io.flexora.report.html.figure.Numerals;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.McNemar;
import io.flexora.results.comparison.DifferenceResult.TestResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.Equivalence.OneSided;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Every test of every difference, in full. */
final class TestTable {

  /** The tests of a difference within a margin. */
  private record Within(int seeds, double difference, Equivalence tests) {

    static Optional<Within> of(DifferenceResult found) {
      return found.equivalence().map(tests -> new Within(found.seeds(), found.difference(), tests));
    }
  }

  private TestTable() {}

  /** Those from the baseline; absent where nothing was tested. */
  static Optional<FigureTable> of(Group group) {
    return table(
        "Each strategy against the baseline",
        "Strategy",
        columns(group.decimals(), "#Only the baseline"),
        group,
        Strategy::name,
        Strategy::difference);
  }

  /** Those within a margin of the baseline or of another strategy; absent where there is none. */
  static Optional<FigureTable> withinMargin(Group group) {
    Optional<String> reference = group.found().reference();
    return table(
        "Within the margin of " + reference.orElse("the baseline"),
        "Strategy",
        within(group.decimals()),
        group,
        Strategy::name,
        strategy ->
            reference.isPresent()
                ? strategy
                    .found()
                    .reference()
                    .map(of -> new Within(of.seeds(), of.difference(), of.equivalence()))
                : strategy.difference().flatMap(Within::of));
  }

  /** Those from counterparts; absent where there is none. */
  static Optional<FigureTable> ofCounterparts(Group group) {
    return table(
        "With the strategy held equal",
        "Strategy, against",
        columns(group.decimals(), "#Only the other"),
        group,
        TestTable::againstCounterpart,
        strategy -> strategy.found().againstCounterpart());
  }

  /** Those within a margin of counterparts; absent where there is none. */
  static Optional<FigureTable> withinMarginOfCounterparts(Group group) {
    return table(
        "Within the margin, with the strategy held equal",
        "Strategy, against",
        within(group.decimals()),
        group,
        TestTable::againstCounterpart,
        strategy -> strategy.found().againstCounterpart().flatMap(Within::of));
  }

  private static String againstCounterpart(Strategy strategy) {
    return strategy.name() + ", against " + strategy.found().counterpart().orElseThrow().name();
  }

  private static <T> Optional<FigureTable> table(
      String caption,
      String first,
      List<Column<T>> columns,
      Group group,
      Function<Strategy, String> name,
      Function<Strategy, Optional<T>> tests) {
    FigureTable table = FigureTable.of(caption, first, columns);
    for (Strategy strategy : group.strategies()) {
      tests
          .apply(strategy)
          .ifPresent(found -> table.figures(name.apply(strategy), false, columns, found));
    }
    return Optional.of(table).filter(some -> !some.rows().isEmpty());
  }

  private static List<Column<DifferenceResult>> columns(int decimals, String onlyOther) {
    return List.of(
        Column.text("#Pairs of seeds", found -> Numerals.count(found.seeds())),
        Column.text("#Difference", found -> Numerals.signed(found.difference(), decimals)),
        interval("#Interval over seeds", DifferenceResult::overSeeds, decimals),
        p("#p, t-test", DifferenceResult::overSeeds),
        p("#p, sign flips", DifferenceResult::overSeedsPermutation),
        interval("#Interval over examples", DifferenceResult::overExamples, decimals),
        p("#p, examples", DifferenceResult::overExamples),
        interval("#Interval over both", DifferenceResult::overBoth, decimals),
        p("#p, both", DifferenceResult::overBoth),
        mcnemar("#Only this right", test -> Numerals.count((double) test.onlyThis())),
        mcnemar(onlyOther, test -> Numerals.count((double) test.onlyBaseline())),
        mcnemar("#p, McNemar", test -> Numerals.probability(test.pValue())),
        probability("#Greatest p", DifferenceResult::pValue),
        probability("#Adjusted p", DifferenceResult::pAdjusted),
        Column.text(
            "#Seeds needed in total",
            found ->
                found.seedsNeeded().isPresent()
                    ? Numerals.count(found.seedsNeeded().getAsInt())
                    : Numerals.NONE));
  }

  private static Column<DifferenceResult> interval(
      String name, Function<DifferenceResult, Optional<TestResult>> test, int decimals) {
    return Column.text(
        name,
        found ->
            test.apply(found)
                .flatMap(TestResult::interval)
                .map(i -> Numerals.range(i.low(), i.high(), decimals))
                .orElse(Numerals.NONE));
  }

  private static Column<DifferenceResult> p(
      String name, Function<DifferenceResult, Optional<TestResult>> test) {
    return probability(
        name, found -> test.apply(found).map(TestResult::pValue).orElse(OptionalDouble.empty()));
  }

  private static Column<DifferenceResult> mcnemar(String name, Function<McNemar, String> words) {
    return Column.text(name, found -> found.mcnemar().map(words).orElse(Numerals.NONE));
  }

  private static List<Column<Within>> within(int decimals) {
    return List.of(
        Column.text("#Pairs of seeds", found -> Numerals.count(found.seeds())),
        Column.text("#Difference", found -> Numerals.signed(found.difference(), decimals)),
        p("#p, not worse, seeds", Equivalence::overSeeds, OneSided::pNotWorse),
        p("#p, not better, seeds", Equivalence::overSeeds, OneSided::pNotBetter),
        p("#p, not worse, examples", Equivalence::overExamples, OneSided::pNotWorse),
        p("#p, not better, examples", Equivalence::overExamples, OneSided::pNotBetter),
        p("#p, not worse, both", Equivalence::overBoth, OneSided::pNotWorse),
        p("#p, not better, both", Equivalence::overBoth, OneSided::pNotBetter),
        probability("#Adjusted p, not worse", found -> found.tests().pNotWorseAdjusted()),
        probability("#Adjusted p, equivalent", found -> found.tests().pEquivalentAdjusted()),
        Column.text("Within the margin", found -> found.tests().verdict().words()));
  }

  private static Column<Within> p(
      String name,
      Function<Equivalence, Optional<OneSided>> tests,
      ToDoubleFunction<OneSided> one) {
    return probability(
        name, found -> tests.apply(found.tests()).stream().mapToDouble(one).findFirst());
  }

  private static <T> Column<T> probability(String name, Function<T, OptionalDouble> p) {
    return Column.text(
        name,
        found ->
            p.apply(found).stream()
                .mapToObj(Numerals::probability)
                .findFirst()
                .orElse(Numerals.NONE));
  }
}
