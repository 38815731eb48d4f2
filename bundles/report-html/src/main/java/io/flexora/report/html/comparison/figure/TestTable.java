package io.flexora.report.html.comparison.figure;

import io.flexora.api.report.ComparisonResult;
import io.flexora.api.report.ComparisonResult.Equivalence;
import io.flexora.api.report.ComparisonResult.McNemar;
import io.flexora.api.report.ComparisonResult.OneSided;
import io.flexora.api.report.ComparisonResult.Reference;
import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** Every test of every difference, in full. */
final class TestTable {

  /** The columns of the tests within a margin. */
  private static final List<String> EQUIVALENCE =
      List.of(
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
    boolean margin = group.margin().isPresent() && group.reference().isEmpty();
    Table table =
        table("Each strategy against the baseline", "Strategy", "#Only the baseline", margin);
    for (Strategy strategy : group.compared()) {
      table.row(strategy.name(), false, row(group, strategy.difference().orElseThrow(), margin));
    }
    return Optional.of(table).filter(some -> !some.rows().isEmpty());
  }

  /** Those within a margin of another strategy than the baseline; absent where there is none. */
  static Optional<Table> ofReference(Group group) {
    List<String> columns = new ArrayList<>(List.of("Strategy", "#Pairs of seeds", "#Difference"));
    columns.addAll(EQUIVALENCE);
    Table table =
        Table.of("Each strategy against " + group.reference().orElse("the baseline"), columns);
    for (Strategy strategy : group.strategies()) {
      strategy
          .found()
          .reference()
          .ifPresent(reference -> table.row(strategy.name(), false, row(group, reference)));
    }
    return Optional.of(table).filter(some -> !some.rows().isEmpty());
  }

  private static List<String> row(Group group, Reference reference) {
    List<String> row =
        new ArrayList<>(
            List.of(
                Numerals.count(reference.seeds()),
                Numerals.signed(reference.difference(), group.decimals())));
    row.addAll(equivalence(Optional.of(reference.equivalence())));
    return row;
  }

  /** Those from counterparts; absent where there is none. */
  static Optional<Table> ofCounterparts(Group group) {
    boolean margin = group.margin().isPresent();
    Table table =
        table("With the strategy held equal", "Strategy, against", "#Only the other", margin);
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
                      row(group, difference, margin)));
    }
    return Optional.of(table).filter(some -> !some.rows().isEmpty());
  }

  private static Table table(String caption, String who, String onlyOther, boolean margin) {
    List<String> columns =
        new ArrayList<>(
            List.of(
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
                "#Seeds needed in total"));
    if (margin) {
      columns.addAll(EQUIVALENCE);
    }
    return Table.of(caption, columns);
  }

  private static List<String> row(Group group, Difference difference, boolean margin) {
    int decimals = group.decimals();
    ComparisonResult.Difference found = difference.found();
    Optional<McNemar> mcnemar = found.mcnemar();
    List<String> row =
        new ArrayList<>(
            List.of(
                Numerals.count(found.seeds()),
                Numerals.signed(found.difference(), decimals),
                interval(found.overSeeds(), decimals),
                text(Difference.p(found.overSeeds()), Numerals::probability),
                text(Difference.p(found.overSeedsPermutation()), Numerals::probability),
                interval(found.overExamples(), decimals),
                text(Difference.p(found.overExamples()), Numerals::probability),
                interval(found.overBoth(), decimals),
                text(Difference.p(found.overBoth()), Numerals::probability),
                mcnemar.map(test -> Numerals.count((double) test.onlyThis())).orElse(Numerals.NONE),
                mcnemar
                    .map(test -> Numerals.count((double) test.onlyBaseline()))
                    .orElse(Numerals.NONE),
                mcnemar.map(test -> Numerals.probability(test.pValue())).orElse(Numerals.NONE),
                text(found.pValue(), Numerals::probability),
                text(found.pAdjusted(), Numerals::probability),
                found.seedsNeeded().isPresent()
                    ? Numerals.count(found.seedsNeeded().getAsInt())
                    : Numerals.NONE));
    if (margin) {
      row.addAll(equivalence(found.equivalence()));
    }
    return row;
  }

  private static List<String> equivalence(Optional<Equivalence> found) {
    return List.of(
        text(p(found.flatMap(Equivalence::overSeeds), OneSided::pNotWorse)),
        text(p(found.flatMap(Equivalence::overSeeds), OneSided::pNotBetter)),
        text(p(found.flatMap(Equivalence::overExamples), OneSided::pNotWorse)),
        text(p(found.flatMap(Equivalence::overExamples), OneSided::pNotBetter)),
        text(p(found.flatMap(Equivalence::overBoth), OneSided::pNotWorse)),
        text(p(found.flatMap(Equivalence::overBoth), OneSided::pNotBetter)),
        text(found.map(Equivalence::pNotWorseAdjusted).orElse(OptionalDouble.empty())),
        text(found.map(Equivalence::pEquivalentAdjusted).orElse(OptionalDouble.empty())),
        found.map(equivalence -> equivalence.verdict().words()).orElse(Numerals.NONE));
  }

  private static OptionalDouble p(Optional<OneSided> tests, ToDoubleFunction<OneSided> one) {
    return tests.stream().mapToDouble(one).findFirst();
  }

  private static String text(OptionalDouble p) {
    return text(p, Numerals::probability);
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
