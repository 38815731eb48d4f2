package io.flexora.report.html.comparison.figure;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.FigureTable.Column;
import io.flexora.report.html.figure.Numerals;
import io.flexora.report.html.figure.SortedText;
import io.flexora.results.comparison.DifferenceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** The table of a group's strategies: how well each does, against the baseline, at what cost. */
final class StrategyTable {

  /** Marks a strategy that exceeds the budget. */
  static final String BEYOND = " †";

  private final Group group;
  private final int decimals;

  private StrategyTable(Group group) {
    this.group = group;
    this.decimals = group.decimals();
  }

  static FigureTable of(Findings findings, Group group) {
    String interval = Numerals.count(100 * findings.confidence()) + "\u00a0% interval";
    List<Column<Strategy>> columns = new StrategyTable(group).columns(interval);
    FigureTable table = FigureTable.of("All strategies on the test split", "Strategy", columns);
    for (Strategy strategy : group.strategies()) {
      table.figures(
          strategy.title() + (strategy.found().exceedsBudget() ? BEYOND : ""),
          strategy.better(),
          columns,
          strategy);
    }
    return table;
  }

  private List<Column<Strategy>> columns(String interval) {
    String other = group.found().reference().map(" of "::concat).orElse("");
    List<Column<Strategy>> columns = new ArrayList<>();
    columns.add(new Column<>("#Layers", StrategyTable::layers));
    columns.add(number("#Trainable parameters", s -> s.found().trainableParameters(), 0));
    columns.add(new Column<>("#" + group.heading(), this::mean));
    columns.add(new Column<>("#" + interval, s -> interval(s.found().interval())));
    columns.add(difference("#Difference", d -> OptionalDouble.of(d.difference()), this::signed));
    columns.add(
        new Column<>(
            "#its " + interval, s -> interval(s.difference().flatMap(DifferenceResult::interval))));
    columns.add(difference("#Adjusted p", DifferenceResult::pAdjusted, Numerals::probability));
    columns.add(
        difference(
            "#Effect size", DifferenceResult::effectSize, value -> Numerals.signed(value, 2)));
    columns.add(
        Column.text(
            "Verdict", s -> s.difference().map(d -> d.verdict().words()).orElse(Numerals.NONE)));
    group
        .found()
        .margin()
        .ifPresent(
            margin ->
                columns.add(
                    Column.text("Within " + Numerals.written(margin) + other, this::within)));
    columns.add(number("#Search, s", s -> s.found().searchSeconds(), 1));
    columns.add(number("#Training, s", s -> s.found().trainSeconds(), 1));
    columns.add(new Column<>("#Seeds", StrategyTable::seeds));
    return columns;
  }

  private static Column<Strategy> number(
      String name, Function<Strategy, OptionalDouble> number, int shown) {
    return new Column<>(
        name, s -> SortedText.of(number.apply(s), value -> Numerals.fixed(value, shown)));
  }

  private static Column<Strategy> difference(
      String name,
      Function<DifferenceResult, OptionalDouble> number,
      DoubleFunction<String> words) {
    return new Column<>(
        name, s -> SortedText.of(s.difference().map(number).orElse(OptionalDouble.empty()), words));
  }

  private String signed(double value) {
    return Numerals.signed(value, decimals);
  }

  private String within(Strategy strategy) {
    return group
        .found()
        .equivalence(strategy.found())
        .map(tests -> tests.verdict().words())
        .orElse(Numerals.NONE);
  }

  private static SortedText layers(Strategy strategy) {
    var counts = strategy.found().layerCounts();
    if (counts.getCount() == 0) {
      return SortedText.text(Numerals.NONE);
    }
    String text =
        counts.getMin() == counts.getMax()
            ? Integer.toString(counts.getMin())
            : counts.getMin() + "–" + counts.getMax();
    return new SortedText(text, Double.toString(counts.getAverage()));
  }

  private SortedText mean(Strategy strategy) {
    OptionalDouble deviation = strategy.found().standardDeviation();
    return SortedText.of(
        strategy.found().mean(),
        mean ->
            deviation.isPresent()
                ? Numerals.plusMinus(mean, deviation.getAsDouble(), decimals)
                : Numerals.fixed(mean, decimals));
  }

  private SortedText interval(Optional<ConfidenceInterval> interval) {
    return interval
        .map(
            i ->
                new SortedText(
                    Numerals.range(i.low(), i.high(), decimals), Double.toString(i.low())))
        .orElse(SortedText.text(Numerals.NONE));
  }

  private static SortedText seeds(Strategy strategy) {
    int values = strategy.found().values();
    int all = strategy.cells().size();
    return new SortedText(
        values == all ? "" + values : values + " of " + all, Integer.toString(values));
  }
}
