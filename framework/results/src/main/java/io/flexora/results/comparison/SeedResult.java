package io.flexora.results.comparison;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plan.ChosenModule;
import io.flexora.results.run.CellOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of a strategy with a seed: a cell of the comparison.
 *
 * @param id the name of the cell, also that of its run's folder
 * @param seed the seed
 * @param state how far it is
 * @param failure why it failed
 * @param value the metric that decides
 * @param standardError its standard error
 * @param outcome what the comparison's record keeps of the outcome of a cell that is done: neither
 *     scores, figures, versions nor further test sets, and of the peak memory the highest, as
 *     {@link #HIGHEST}; empty for other cells
 * @param withinBudget whether it kept to the budget; empty if that is not known
 * @param searchCut whether its search ended because its time was over; empty unless it is done
 * @param validationLoss the loss on validation data of what was kept, in nats
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
    Optional<CellOutcome> outcome,
    Optional<Boolean> withinBudget,
    Optional<Boolean> searchCut,
    OptionalDouble validationLoss,
    Optional<Tuning> tuning) {

  /** The name of the highest peak memory of all phases. */
  public static final String HIGHEST = "highest";

  /** Keeps of the outcome what the comparison's record has. */
  public SeedResult {
    outcome = outcome.map(SeedResult::kept);
  }

  private static CellOutcome kept(CellOutcome of) {
    return of.changed()
        .scores(Map.of())
        .moduleScores(Map.of())
        .scoreDescriptions(List.of())
        .searchEnd(Optional.empty())
        .figures(Map.of())
        .deciding(Optional.empty())
        .testSets(Map.of())
        .peakMemoryBytes(of.peak().isPresent() ? Map.of(HIGHEST, of.peak().getAsLong()) : Map.of())
        .versions(Map.of())
        .build();
  }

  /** The chosen layers, from 0, ascending; empty unless the cell is done. */
  public Optional<List<Integer>> selectedLayers() {
    return outcome.map(CellOutcome::selectedLayers);
  }

  /** The chosen modules of these layers; empty for all target modules. */
  public Optional<List<ChosenModule>> selectedModules() {
    return outcome.map(CellOutcome::selectedModules).filter(modules -> !modules.isEmpty());
  }

  /** The time of each phase, by its word; empty unless the cell is done. */
  public Optional<Map<String, Double>> seconds() {
    return outcome.map(CellOutcome::seconds);
  }

  /** All that was measured, by name. */
  public Map<String, MetricValue> metrics() {
    return outcome.map(CellOutcome::metrics).orElse(Map.of());
  }
}
