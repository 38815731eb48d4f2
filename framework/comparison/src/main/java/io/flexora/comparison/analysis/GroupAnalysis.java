package io.flexora.comparison.analysis;

import io.flexora.api.report.ComparisonResult.Difference;
import io.flexora.api.report.ComparisonResult.Group;
import io.flexora.api.report.ComparisonResult.Strategy;
import io.flexora.api.report.ComparisonResult.Verdict;
import io.flexora.statistics.Holm;
import io.flexora.statistics.ParetoFront;
import io.flexora.statistics.ParetoFront.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Analyses one group: the cells of one model with one task. */
final class GroupAnalysis {

  private final List<AnalysedCell> cells;
  private final String baseline;
  private final Optional<GroupMetric> metric;
  private final List<StrategyCells> strategies;
  private final List<Optional<BaselineDifference>> differences;
  private final List<OptionalDouble> adjusted;

  GroupAnalysis(List<AnalysedCell> cells, String baseline) {
    this.cells = cells;
    this.baseline = baseline;
    this.metric =
        cells.stream().flatMap(cell -> cell.deciding().stream()).findFirst().map(GroupMetric::new);
    this.strategies =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    AnalysedCell::strategy, LinkedHashMap::new, Collectors.toList()))
            .entrySet()
            .stream()
            .map(entry -> new StrategyCells(entry.getKey(), entry.getValue(), metric))
            .toList();
    this.differences = strategies.stream().map(this::difference).toList();
    this.adjusted =
        Holm.adjust(
            differences.stream()
                .map(d -> d.map(BaselineDifference::pValue).orElse(OptionalDouble.empty()))
                .toList());
  }

  private Optional<BaselineDifference> difference(StrategyCells strategy) {
    Optional<StrategyCells> reference = reference();
    if (metric.isEmpty() || reference.isEmpty() || strategy.name().equals(baseline)) {
      return Optional.empty();
    }
    Map<Long, AnalysedCell> bySeed =
        reference.get().cells().stream()
            .collect(Collectors.toMap(AnalysedCell::seed, Function.identity()));
    List<PairedCell> pairs =
        strategy.cells().stream()
            .filter(cell -> bySeed.containsKey(cell.seed()))
            .flatMap(cell -> PairedCell.of(cell, bySeed.get(cell.seed()), metric.get()).stream())
            .toList();
    AnalysedCell first = cells.get(0);
    return BaselineDifference.of(
        pairs, metric.get(), List.of(first.model(), first.task(), strategy.name()));
  }

  private Optional<StrategyCells> reference() {
    return strategies.stream().filter(strategy -> strategy.name().equals(baseline)).findFirst();
  }

  Group group() {
    List<Boolean> frontParameters = front(StrategyCells::trainableParameters);
    List<Boolean> frontSeconds = front(StrategyCells::seconds);
    List<Strategy> entries = new ArrayList<>();
    for (int i = 0; i < strategies.size(); i++) {
      entries.add(
          strategies
              .get(i)
              .strategy(
                  layers(),
                  frontParameters.get(i),
                  frontSeconds.get(i),
                  againstBaseline(i),
                  sentence(i)));
    }
    return new Group(
        cells.get(0).model(),
        cells.get(0).task(),
        layers(),
        examples(),
        metric.map(GroupMetric::description),
        sentence(),
        entries);
  }

  private OptionalInt layers() {
    return cells.stream()
        .map(AnalysedCell::layers)
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  /** The most examples that a cell answered; empty if none did. */
  private OptionalLong examples() {
    return cells.stream()
        .mapToLong(cell -> cell.predictions().size())
        .filter(count -> count > 0)
        .max();
  }

  private List<Boolean> front(Function<StrategyCells, OptionalDouble> cost) {
    return ParetoFront.of(
        strategies.stream()
            .map(strategy -> new Choice(worth(strategy), cost.apply(strategy).orElse(Double.NaN)))
            .toList());
  }

  private double worth(StrategyCells strategy) {
    return metric
        .flatMap(m -> strategy.values().map(values -> m.worth(values.mean())))
        .orElse(Double.NaN);
  }

  private Optional<Verdict> verdict(int strategy) {
    return differences
        .get(strategy)
        .map(d -> d.verdict(metric.orElseThrow(), adjusted.get(strategy)));
  }

  /** How many p-values are corrected for each other. */
  private int comparisons() {
    return (int) adjusted.stream().filter(OptionalDouble::isPresent).count();
  }

  private Optional<Difference> againstBaseline(int strategy) {
    return differences
        .get(strategy)
        .map(
            d ->
                DifferenceEntry.of(
                    d,
                    metric.orElseThrow(),
                    adjusted.get(strategy),
                    verdict(strategy).orElseThrow(),
                    comparisons()));
  }

  private String sentence(int index) {
    StrategySentence sentence =
        new StrategySentence(strategies.get(index), baseline, reference(), comparisons());
    if (strategies.get(index).name().equals(baseline)) {
      return sentence.ofBaseline();
    }
    return differences
        .get(index)
        .map(
            d ->
                sentence.of(
                    metric.orElseThrow(), d, adjusted.get(index), verdict(index).orElseThrow()))
        .orElseGet(sentence::withoutPair);
  }

  private String sentence() {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (int i = 0; i < strategies.size(); i++) {
      String name = strategies.get(i).name();
      verdict(i).ifPresent(verdict -> verdicts.put(name, verdict));
    }
    AnalysedCell first = cells.get(0);
    return GroupSentence.of(first.model() + " on " + first.task(), baseline, verdicts, cells);
  }
}
