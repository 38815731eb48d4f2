package io.flexora.host.comparison;

import io.flexora.host.comparison.analysis.CellState;
import io.flexora.host.experiment.MemoryEstimate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a comparison would do.
 *
 * @param cells its cells, in the order in which they would run
 * @since 0.1
 */
public record ComparisonPlan(List<Cell> cells) {

  /** Copies the list. */
  public ComparisonPlan {
    cells = List.copyOf(cells);
  }

  /**
   * One cell.
   *
   * @param id which it is
   * @param state how far it is
   * @param sameLayers how many layers a strategy chooses that is told {@code same}
   * @param memory about how much memory it takes
   * @param time about how long it takes; empty if nothing like it was run yet
   */
  public record Cell(
      CellId id,
      CellState state,
      OptionalInt sameLayers,
      MemoryEstimate memory,
      Optional<TimeEstimate> time) {

    /** Whether it would be run. */
    public boolean isToRun() {
      return state != CellState.DONE;
    }
  }

  /**
   * A time that was measured before.
   *
   * @param time how long cells like it took
   * @param whole whether the strategy was the same; otherwise its search is not in it
   */
  public record TimeEstimate(Duration time, boolean whole) {}
}
