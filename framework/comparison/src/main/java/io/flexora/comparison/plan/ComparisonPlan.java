package io.flexora.comparison.plan;

import io.flexora.api.run.Decisions.Decision;
import io.flexora.comparison.cell.CellId;
import io.flexora.experiment.estimate.StatedCost;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.Tuning.Tuned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;

/**
 * The plan of a comparison: its cells, their states and their costs.
 *
 * @param cells its cells, in the order in which they would run
 * @param benchmarked how long cells were benchmarked; nothing if none was
 * @param decisions of each model, what its options mean that are left to the machine
 * @param tuning how strategies would be tuned; empty if they would not
 * @param parallelCells how many cells the runner runs at a time at most, if its options say that
 * @since 0.1
 */
public record ComparisonPlan(
    List<CellPlan> cells,
    Duration benchmarked,
    Map<String, Map<String, Decision>> decisions,
    Optional<Tuned> tuning,
    OptionalInt parallelCells) {

  /** Copies the collections. */
  public ComparisonPlan {
    cells = List.copyOf(cells);
    decisions = Map.copyOf(decisions);
  }

  /** A plan without a tuning, whose cells run one after the other. */
  ComparisonPlan(
      List<CellPlan> cells, Duration benchmarked, Map<String, Map<String, Decision>> decisions) {
    this(cells, benchmarked, decisions, Optional.empty(), OptionalInt.empty());
  }

  /** The same plan with what is tuned, and with how many cells run at a time at most. */
  public ComparisonPlan with(Optional<Tuned> tuned, OptionalInt atATime) {
    return new ComparisonPlan(cells, benchmarked, decisions, tuned, atATime);
  }

  /** Whether there are cells to run, but of none the model and the data could be read. */
  public boolean isUnreadable() {
    List<CellPlan> toRun = cells.stream().filter(CellPlan::isToRun).toList();
    return !toRun.isEmpty() && toRun.stream().allMatch(cell -> cell.stated().isEmpty());
  }

  /**
   * How long the cells take that are to be run, as far as that is known, if each begins in the
   * order of the plan as soon as a place is free.
   *
   * @param places how many run at a time
   */
  public Duration together(int places) {
    PriorityQueue<Duration> ends = new PriorityQueue<>();
    Duration last = Duration.ZERO;
    for (CellPlan cell : cells) {
      if (cell.isToRun() && cell.cost().isPresent()) {
        Duration from = ends.size() < places ? Duration.ZERO : ends.remove();
        Duration end = from.plus(cell.cost().get().time());
        ends.add(end);
        last = end.compareTo(last) > 0 ? end : last;
      }
    }
    return last;
  }

  /**
   * One cell.
   *
   * @param id which it is
   * @param state how far it is
   * @param sameLayers how many layers a strategy chooses that is told {@code same}
   * @param stated what its selector and its trainer state that it takes; empty if the model or the
   *     data could not be read
   * @param cost what it takes, as was measured
   * @param missing why there is no such measurement; empty if there is, or there is nothing to run
   */
  public record CellPlan(
      CellId id,
      CellState state,
      OptionalInt sameLayers,
      Optional<StatedCost> stated,
      Optional<MeasuredCost> cost,
      Optional<String> missing) {

    /** Whether it would be run. */
    public boolean isToRun() {
      return state != CellState.DONE;
    }
  }

  /** The origin of a cost. */
  public enum CostOrigin {
    /** Cells like it that were run before. */
    BEFORE,
    /** Cells that were run before and differ in the strategy: its search is not in the time. */
    BEFORE_WITHOUT_SEARCH,
    /** A little of each phase, multiplied. */
    BENCHMARK
  }

  /**
   * The time and memory of a cell.
   *
   * @param time how long
   * @param peakMemoryBytes the highest resident memory of the process meanwhile
   * @param measured what was measured
   */
  public record MeasuredCost(Duration time, long peakMemoryBytes, CostOrigin measured) {

    private static final double NANOS = 1e9;

    static MeasuredCost of(double seconds, long peakMemoryBytes, CostOrigin measured) {
      return new MeasuredCost(
          Duration.ofNanos((long) (seconds * NANOS)), peakMemoryBytes, measured);
    }

    /** Whether it is that of the whole cell. */
    public boolean isWhole() {
      return measured != CostOrigin.BEFORE_WITHOUT_SEARCH;
    }
  }
}
