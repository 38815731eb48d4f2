package io.flexora.report.html.comparison.figure;

import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.Group;
import io.flexora.report.html.comparison.SeedCell;
import io.flexora.report.html.comparison.Strategy;
import io.flexora.report.html.figure.Cost;
import io.flexora.report.html.figure.DiagramGrid;
import io.flexora.report.html.figure.Drawing;
import io.flexora.report.html.figure.FigureTable;
import io.flexora.report.html.figure.ModuleMap;
import io.flexora.report.html.figure.Numerals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that the page shows of a group, in its order.
 *
 * @param index its place among the groups
 * @param title the model and the task
 * @param facts layers and examples, in words
 * @param judgement what the figures say
 * @param table all strategies
 * @param better whether some strategy is better than the baseline
 * @param beyond whether some strategy exceeds the budget
 * @param fraction whether the metric is a share of 1
 * @param fewSeeds whether some seeds are too few for an interval over them
 * @param equalSeeds whether some have no interval because all of them have the same
 * @param besideInterval why an adjusted p-value may not fit the interval beside it
 * @param values the metric of each strategy and seed
 * @param differences the paired differences to the baseline
 * @param seeds the metric of each strategy and seed as a table
 * @param metrics all metrics of each strategy, if there is more than the deciding one
 * @param diagrams what metrics show beside their numbers
 * @param map the layers chosen
 * @param modules the modules chosen, of strategies that choose them
 * @param searchEnds which searches ended by themselves, in a sentence for each strategy
 * @param fronts the metric against what it costs
 * @param frontTable the same in figures
 * @param curves how the strategies learned
 * @param costs time and memory
 * @param tuning what tuning chose, if there was any
 * @param tunedDifferences what it did to the differences from the baseline, as far as that is known
 * @param tests every test against the baseline in full
 * @param counterparts the same against counterparts
 * @param withinMargin the tests within a margin of the baseline or of another strategy
 * @param withinMarginOfCounterparts the same of counterparts
 */
public record GroupView(
    int index,
    String title,
    String facts,
    Judgement judgement,
    FigureTable table,
    boolean better,
    boolean beyond,
    boolean fraction,
    boolean fewSeeds,
    boolean equalSeeds,
    Optional<String> besideInterval,
    Optional<SeedPlot> values,
    Optional<SeedPlot> differences,
    FigureTable seeds,
    Optional<FigureTable> metrics,
    List<DiagramGrid> diagrams,
    Optional<FrequencyMap> map,
    List<ModuleMap> modules,
    List<String> searchEnds,
    List<Front> fronts,
    FigureTable frontTable,
    Optional<LearningCurves> curves,
    List<Cost> costs,
    Optional<FigureTable> tuning,
    Optional<FigureTable> tunedDifferences,
    Optional<FigureTable> tests,
    Optional<FigureTable> counterparts,
    Optional<FigureTable> withinMargin,
    Optional<FigureTable> withinMarginOfCounterparts) {

  static GroupView of(Findings findings, Group group) {
    return new GroupView(
        group.index(),
        group.title(),
        facts(group),
        Judgement.of(group),
        StrategyTable.of(findings, group),
        group.strategies().stream().anyMatch(Strategy::better),
        group.strategies().stream().anyMatch(s -> s.found().exceedsBudget()),
        group.fraction(),
        group.hasFewSeeds(),
        group.hasEqualSeeds(),
        Explanations.besideInterval(group),
        SeedPlot.values(group),
        SeedPlot.differences(group),
        SeedTable.of(group),
        MetricTable.of(group),
        DiagramGrid.of(group.strategies().stream().map(GroupView::source).toList()),
        FrequencyMap.of(group),
        ModuleFrequency.of(group),
        group.strategies().stream().flatMap(s -> s.searchEnds().stream()).toList(),
        Front.of(group),
        Front.table(group),
        LearningCurves.of(group, findings.groups().size()),
        Spending.of(group),
        TuningTable.of(group),
        TuningTable.differences(group),
        TestTable.of(group),
        TestTable.ofCounterparts(group),
        TestTable.withinMargin(group),
        TestTable.withinMarginOfCounterparts(group));
  }

  /** The charts that the page's script draws. */
  Stream<Drawing> charts() {
    return Stream.concat(
        fronts.stream(), curves.stream().flatMap(learning -> learning.charts().stream()));
  }

  private static DiagramGrid.PanelSource source(Strategy strategy) {
    Map<String, List<DiagramGrid.Drawn>> diagrams = new TreeMap<>();
    for (SeedCell cell : strategy.done()) {
      cell.found()
          .metrics()
          .forEach(
              (name, value) ->
                  value
                      .diagram()
                      .map(diagram -> new DiagramGrid.Drawn(Optional.of(cell.seed()), diagram))
                      .ifPresent(
                          drawn ->
                              diagrams
                                  .computeIfAbsent(name, metric -> new ArrayList<>())
                                  .add(drawn)));
    }
    return new DiagramGrid.PanelSource(strategy.title(), strategy.colour(), diagrams);
  }

  private static String facts(Group group) {
    String layers = group.layers() > 0 ? group.layers() + " layers" : "";
    String examples =
        group.found().examples().isPresent()
            ? Numerals.count((double) group.found().examples().getAsLong()) + " test examples"
            : "";
    return Stream.of(layers, examples)
        .filter(text -> !text.isEmpty())
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }
}
