package io.flexora.comparison.analysis;

import io.flexora.runstore.CellOutcome;
import io.flexora.statistics.ChoiceStability;
import io.flexora.statistics.Sample;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The cells of one strategy in a group, and what they are like on average. */
record StrategyCells(String name, List<AnalysedCell> cells, Optional<GroupMetric> metric) {

  /** The values of the deciding metric, as far as they are known. */
  Optional<Sample> values() {
    return Sample.of(
        cells.stream()
            .flatMap(cell -> metric.flatMap(m -> cell.measured(m.name())).stream())
            .mapToDouble(measured -> measured.value())
            .toArray());
  }

  long count(CellState state) {
    return cells.stream().filter(cell -> cell.state() == state).count();
  }

  OptionalDouble trainableParameters() {
    return mean(CellOutcome::trainableParameters);
  }

  /** The seconds of all phases. */
  OptionalDouble seconds() {
    return mean(
        outcome -> CellEntry.PHASES.stream().mapToDouble(phase -> seconds(outcome, phase)).sum());
  }

  /** How many of the cells are known not to have kept to the budget. */
  long outsideBudget() {
    return cells.stream().filter(cell -> cell.withinBudget().equals(Optional.of(false))).count();
  }

  /** Of how many of the cells that are done the search ended because its time was over. */
  long cutSearches() {
    return cells.stream().filter(cell -> cell.success().isPresent() && cell.searchCut()).count();
  }

  /** What the strategy's entry of {@code comparison.json} begins with. */
  Map<String, Object> toJson(OptionalInt layers) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("selector", cells.get(0).selector());
    json.put(
        "cells",
        cells.stream()
            .map(cell -> CellEntry.of(cell, metric.flatMap(m -> cell.measured(m.name()))))
            .toList());
    json.put("done", count(CellState.DONE));
    json.put("failed", count(CellState.FAILED));
    putValues(json);
    json.put("trainable_parameters", Known.number(trainableParameters()));
    json.put("search_seconds", Known.number(mean(outcome -> seconds(outcome, "search"))));
    json.put("train_seconds", Known.number(mean(outcome -> seconds(outcome, "train"))));
    json.put("seconds", Known.number(seconds()));
    json.put("peak_memory_bytes", peakMemory());
    putStability(json, layers);
    return json;
  }

  private void putValues(Map<String, Object> json) {
    Optional<Sample> values = values();
    json.put("mean", values.map(Sample::mean).orElse(null));
    json.put(
        "standard_deviation",
        values.map(sample -> Known.number(sample.standardDeviation())).orElse(null));
    json.put(
        "interval",
        values
            .flatMap(sample -> sample.interval(ComparisonAnalysis.CONFIDENCE))
            .map(interval -> Known.bounds(metric.orElseThrow().cut(interval)))
            .orElse(null));
  }

  private void putStability(Map<String, Object> json, OptionalInt layers) {
    List<Set<Integer>> chosen =
        outcomes().stream().<Set<Integer>>map(o -> new HashSet<>(o.selectedLayers())).toList();
    boolean known = layers.isPresent() && !chosen.isEmpty();
    json.put(
        "layer_frequency", known ? ChoiceStability.frequencies(chosen, layers.getAsInt()) : null);
    json.put("jaccard", Known.number(ChoiceStability.jaccard(chosen)));
    json.put(
        "jaccard_by_chance",
        known ? Known.number(ChoiceStability.jaccardByChance(chosen, layers.getAsInt())) : null);
  }

  private Long peakMemory() {
    return outcomes().stream()
        .map(CellEntry::peakMemory)
        .filter(Objects::nonNull)
        .max(Long::compare)
        .orElse(null);
  }

  private OptionalDouble mean(ToDoubleFunction<CellOutcome> figure) {
    return outcomes().stream().mapToDouble(figure).average();
  }

  private List<CellOutcome> outcomes() {
    return cells.stream().flatMap(cell -> cell.success().stream()).toList();
  }

  private static double seconds(CellOutcome outcome, String phase) {
    return outcome.seconds().getOrDefault(phase, 0.0);
  }
}
