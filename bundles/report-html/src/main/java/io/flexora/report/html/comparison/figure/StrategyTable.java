package io.flexora.report.html.comparison.figure;

import io.flexora.api.evaluate.MetricValue.Interval;
import io.flexora.report.html.comparison.Difference;
import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Figure;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.Table;
import io.flexora.results.comparison.DifferenceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The table of a group's strategies: how well each does, against the baseline, at what cost. */
final class StrategyTable {

  /** Marks a strategy that exceeds the budget. */
  static final String BEYOND = " †";

  /** Where the verdict within a margin stands, if there is one: behind the other verdict. */
  private static final int WITHIN = 10;

  private final Group group;
  private final int decimals;

  private StrategyTable(Group group) {
    this.group = group;
    this.decimals = group.decimals();
  }

  static Table of(Findings findings, Group group) {
    String interval = Numerals.count(100 * findings.confidence()) + "\u00a0% interval";
    List<String> columns =
        new ArrayList<>(
            List.of(
                "Strategy",
                "#Layers",
                "#Trainable parameters",
                "#" + group.heading(),
                "#" + interval,
                "#Difference",
                "#its " + interval,
                "#Adjusted p",
                "#Effect size",
                "Verdict",
                "#Search, s",
                "#Training, s",
                "#Seeds"));
    String other = group.reference().map(" of "::concat).orElse("");
    group
        .margin()
        .ifPresent(margin -> columns.add(WITHIN, "Within " + Numerals.written(margin) + other));
    Table table = Table.of("All strategies on the test split", columns);
    StrategyTable rows = new StrategyTable(group);
    for (Strategy strategy : group.strategies()) {
      table.figures(
          strategy.title() + (strategy.beyondBudget() ? BEYOND : ""),
          strategy.better(),
          rows.row(strategy));
    }
    return table;
  }

  private List<Figure> row(Strategy strategy) {
    Optional<Difference> difference = strategy.difference();
    List<Figure> row =
        new ArrayList<>(
            List.of(
                layers(strategy),
                Figure.of(strategy.found().trainableParameters(), Numerals::count),
                mean(strategy),
                interval(strategy.interval()),
                Figure.of(
                    of(difference, d -> OptionalDouble.of(d.difference())),
                    value -> Numerals.signed(value, decimals)),
                interval(difference.flatMap(d -> Difference.interval(d.found().overSeeds()))),
                Figure.of(of(difference, DifferenceResult::pAdjusted), Numerals::probability),
                Figure.of(
                    of(difference, DifferenceResult::effectSize),
                    value -> Numerals.signed(value, 2)),
                Figure.text(difference.map(Difference::verdict).orElse(Numerals.NONE)),
                Figure.of(strategy.found().searchSeconds(), value -> Numerals.fixed(value, 1)),
                Figure.of(strategy.found().trainSeconds(), value -> Numerals.fixed(value, 1)),
                seeds(strategy)));
    if (group.margin().isPresent()) {
      row.add(
          WITHIN - 1,
          Figure.text(
              group
                  .equivalence(strategy)
                  .map(tests -> tests.verdict().words())
                  .orElse(Numerals.NONE)));
    }
    return row;
  }

  private static OptionalDouble of(
      Optional<Difference> difference, Function<DifferenceResult, OptionalDouble> figure) {
    return difference.map(Difference::found).map(figure).orElse(OptionalDouble.empty());
  }

  private static Figure layers(Strategy strategy) {
    var counts =
        strategy.done().stream()
            .flatMap(cell -> cell.found().selectedLayers().stream())
            .mapToInt(List::size)
            .summaryStatistics();
    if (counts.getCount() == 0) {
      return Figure.text(Numerals.NONE);
    }
    String text =
        counts.getMin() == counts.getMax()
            ? Integer.toString(counts.getMin())
            : counts.getMin() + "–" + counts.getMax();
    return new Figure(text, Double.toString(counts.getAverage()));
  }

  private Figure mean(Strategy strategy) {
    OptionalDouble deviation = strategy.found().standardDeviation();
    return Figure.of(
        strategy.found().mean(),
        mean ->
            deviation.isPresent()
                ? Numerals.plusMinus(mean, deviation.getAsDouble(), decimals)
                : Numerals.fixed(mean, decimals));
  }

  private Figure interval(Optional<Interval> interval) {
    return interval
        .map(i -> new Figure(Numerals.range(i.low(), i.high(), decimals), Double.toString(i.low())))
        .orElse(Figure.text(Numerals.NONE));
  }

  private static Figure seeds(Strategy strategy) {
    int values = strategy.found().values();
    int all = strategy.cells().size();
    return new Figure(
        values == all ? "" + values : values + " of " + all, Integer.toString(values));
  }
}
