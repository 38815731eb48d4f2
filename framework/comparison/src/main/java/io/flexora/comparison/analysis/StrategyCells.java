package io.flexora.comparison.analysis;

import io.flexora.api.run.Phase;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.StrategyResult.Counterpart;
import io.flexora.results.comparison.StrategyResult.MarginReference;
import io.flexora.results.comparison.Tuning.TunedDifference;
import io.flexora.results.run.CellOutcome;
import io.flexora.statistics.ChoiceStability;
import io.flexora.statistics.Sample;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

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
    return outcomes().stream()
        .flatMapToLong(outcome -> outcome.knownParameters().stream())
        .average();
  }

  /** The seconds of all phases, those of trials included. */
  OptionalDouble seconds() {
    return cells.stream().flatMapToDouble(cell -> cell.seconds().stream()).average();
  }

  /** How many of the cells are known not to have kept to the budget. */
  long outsideBudget() {
    return cells.stream().filter(cell -> cell.withinBudget().equals(Optional.of(false))).count();
  }

  /** Of how many of the cells that are done the search ended because its time was over. */
  long cutSearches() {
    return cells.stream().filter(cell -> cell.success().isPresent() && cell.searchCut()).count();
  }

  /**
   * The strategy as the record of a comparison has it.
   *
   * @param layers how many layers the model has
   * @param frontParameters whether no other strategy is better with fewer parameters
   * @param frontSeconds whether no other strategy is better in less time
   * @param tuned what tuning did to the difference from the baseline
   */
  StrategyResult strategy(
      OptionalInt layers,
      boolean frontParameters,
      boolean frontSeconds,
      Optional<DifferenceResult> difference,
      Optional<Counterpart> counterpart,
      Optional<MarginReference> reference,
      Optional<TunedDifference> tuned,
      String sentence) {
    Optional<Sample> values = values();
    ChosenSets chosen = ChosenSets.of(outcomes(), layers);
    return new StrategyResult(
        name,
        cells.get(0).selector(),
        cells.stream().map(cell -> cell.result(metric.map(GroupMetric::name))).toList(),
        (int) count(CellState.DONE),
        (int) count(CellState.FAILED),
        FiniteValues.number(values.map(Sample::mean)),
        FiniteValues.number(values.map(Sample::standardDeviation).orElse(OptionalDouble.empty())),
        values
            .flatMap(SeedInference::interval)
            .map(interval -> FiniteValues.bounds(metric.orElseThrow().clip(interval))),
        FiniteValues.number(trainableParameters()),
        FiniteValues.number(seconds(Phase.SEARCH)),
        FiniteValues.number(seconds(Phase.TRAIN)),
        FiniteValues.number(seconds()),
        cells.stream().flatMapToLong(cell -> cell.peak().stream()).max(),
        frequencies(layers),
        layers.isPresent() || chosen.isAny() ? chosen.jaccard() : OptionalDouble.empty(),
        chosen.jaccardByChance(),
        frontParameters,
        frontSeconds,
        difference,
        sentence,
        cells.get(0).adapter(),
        counterpart,
        StrategyTuning.of(cells, tuned),
        cells.get(0).trainer(),
        reference);
  }

  /** How often each layer was chosen; empty where no cell is done, or no run tells of layers. */
  private Optional<List<Double>> frequencies(OptionalInt layers) {
    List<List<Integer>> chosen = outcomes().stream().map(CellOutcome::selectedLayers).toList();
    return layers.isPresent() && !chosen.isEmpty()
        ? Optional.of(ChoiceStability.frequencies(chosen, layers.getAsInt()))
        : Optional.empty();
  }

  private OptionalDouble seconds(Phase phase) {
    return outcomes().stream()
        .filter(outcome -> !outcome.seconds().isEmpty())
        .mapToDouble(outcome -> outcome.seconds(phase))
        .average();
  }

  private List<CellOutcome> outcomes() {
    return cells.stream().flatMap(cell -> cell.success().stream()).toList();
  }
}
