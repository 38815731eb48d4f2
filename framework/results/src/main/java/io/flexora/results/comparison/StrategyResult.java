package io.flexora.results.comparison;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.results.comparison.Tuning.TunedStrategy;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A strategy in a group. Means are over the cells that are done.
 *
 * @param name its name; {@code STRATEGY+ADAPTER} where adapters are compared
 * @param selector the selector that it uses
 * @param cells a cell for each seed
 * @param done how many cells are done
 * @param failed how many failed
 * @param mean the mean of the metric; empty if no cell has a value
 * @param standardDeviation of the metric over the seeds; empty with one seed
 * @param interval of the mean, over the seeds; empty with fewer than three, and if all have the
 *     same
 * @param trainableParameters the mean length of theta
 * @param searchSeconds the mean time of the search
 * @param trainSeconds the mean time of the training
 * @param seconds the mean time of all phases, those of the trials of its tuning included
 * @param peakMemoryBytes the highest memory of all cells, trials included
 * @param layerFrequency how often each layer was chosen, from 0 to 1; empty if nothing is known
 * @param jaccard the mean similarity of the choices of two seeds, of layers or, where some cell
 *     chose modules, of modules of layers; empty with one seed
 * @param jaccardByChance the same of choices at random of the same sizes
 * @param frontParameters whether no other strategy is better with fewer parameters
 * @param frontSeconds whether no other strategy is better in less time
 * @param againstBaseline the difference from the baseline; empty for the baseline, and where no
 *     seed has a value of both
 * @param sentence what it says, in plain English
 * @param adapter the name of its adapter in the comparison; empty where all have the same
 * @param counterpart the strategy that it differs from in one thing; empty where there is none
 * @param tuning what tuning did; empty where none of its options was tuned
 * @param trainer the name of its trainer in the comparison; empty where all have the same
 * @param reference what the tests within a margin say against another strategy than the baseline;
 *     empty where there are none, for that strategy itself, and where no seed has a value of both
 * @since 0.1
 */
public record StrategyResult(
    String name,
    String selector,
    List<SeedResult> cells,
    int done,
    int failed,
    OptionalDouble mean,
    OptionalDouble standardDeviation,
    Optional<ConfidenceInterval> interval,
    OptionalDouble trainableParameters,
    OptionalDouble searchSeconds,
    OptionalDouble trainSeconds,
    OptionalDouble seconds,
    OptionalLong peakMemoryBytes,
    Optional<List<Double>> layerFrequency,
    OptionalDouble jaccard,
    OptionalDouble jaccardByChance,
    boolean frontParameters,
    boolean frontSeconds,
    Optional<DifferenceResult> againstBaseline,
    String sentence,
    Optional<String> adapter,
    Optional<Counterpart> counterpart,
    Optional<TunedStrategy> tuning,
    Optional<String> trainer,
    Optional<MarginReference> reference) {

  /** Copies the lists. */
  public StrategyResult {
    cells = List.copyOf(cells);
    layerFrequency = layerFrequency.map(List::copyOf);
  }

  /**
   * How many of its cells have a value of the metric that decides. One that is done may have none,
   * as where it is infinite.
   */
  public int values() {
    return (int) cells.stream().filter(cell -> cell.value().isPresent()).count();
  }

  /** Whether some cell is known to exceed the budget. */
  public boolean exceedsBudget() {
    return cells.stream().anyMatch(cell -> cell.withinBudget().equals(Optional.of(false)));
  }

  /** How many layers its cells chose; of none if none is done. */
  public IntSummaryStatistics layerCounts() {
    return cells.stream()
        .flatMap(cell -> cell.selectedLayers().stream())
        .mapToInt(List::size)
        .summaryStatistics();
  }

  /** The difference from the counterpart; empty where there is none. */
  public Optional<DifferenceResult> againstCounterpart() {
    return counterpart.flatMap(Counterpart::difference);
  }

  /**
   * A strategy that another one differs from in one thing, such as the same with another adapter.
   * It may be the baseline.
   *
   * @param name its name
   * @param difference of the other from it; empty where no seed has a value of both
   * @param sentence what that says, in plain English
   */
  public record Counterpart(String name, Optional<DifferenceResult> difference, String sentence) {}

  /**
   * A strategy, not the baseline, that another one is tested against within a margin.
   *
   * @param name its name
   * @param difference the mean difference of the other from it, of the metric
   * @param seeds how many seeds have a value of both
   * @param equivalence what the tests within the margin say
   */
  public record MarginReference(
      String name, double difference, int seeds, Equivalence equivalence) {}
}
