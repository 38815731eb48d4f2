package io.flexora.results.comparison;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plan.ChosenModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A strategy with a seed. What was measured is empty unless the cell is done.
 *
 * @param id the name of the cell, also that of its run's folder
 * @param seed the seed
 * @param state how far it is
 * @param failure why it failed
 * @param value the metric that decides
 * @param standardError its standard error
 * @param selectedLayers the chosen layers, from 0, ascending
 * @param selectedModules the chosen modules of these layers; empty for all target modules
 * @param trainableParameters the length of theta
 * @param seconds the time of each phase: {@code search}, {@code train}, {@code evaluate}
 * @param peakMemoryBytes the highest memory of all phases
 * @param withinBudget whether it kept to the budget; empty if that is not known
 * @param searchCut whether its search ended because its time was over
 * @param validationLoss the loss on validation data of what was kept, in nats
 * @param metrics all that was measured, by name
 * @param tuning how its values were chosen; empty if it was not tuned
 * @since 0.1
 */
public record SeedResult(
    String id,
    long seed,
    CellState state,
    Optional<String> failure,
    OptionalDouble value,
    OptionalDouble standardError,
    Optional<List<Integer>> selectedLayers,
    Optional<List<ChosenModule>> selectedModules,
    OptionalLong trainableParameters,
    Optional<Map<String, Double>> seconds,
    OptionalLong peakMemoryBytes,
    Optional<Boolean> withinBudget,
    Optional<Boolean> searchCut,
    OptionalDouble validationLoss,
    Map<String, MetricValue> metrics,
    Optional<Tuning> tuning) {

  /** Copies the layers, the times and the metrics. */
  public SeedResult {
    metrics = Map.copyOf(metrics);
    seconds = seconds.map(Map::copyOf);
    selectedLayers = selectedLayers.map(List::copyOf);
    selectedModules = selectedModules.map(List::copyOf);
  }
}
