package io.flexora.comparison.run;

import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.PlannedCell;
import java.util.List;
import java.util.function.Predicate;

/** The cells of a comparison by when they can run: some wait for what came out of others. */
interface CellSchedule {

  /** All cells, as far as they are known by now. */
  List<CellId> known();

  /**
   * The cells that have to run next, once those that were given before are over.
   *
   * @return none if nothing is left
   */
  List<PlannedCell> next();

  /** Cells none of which waits for another. */
  final class IndependentCells implements CellSchedule {

    private final List<PlannedCell> cells;
    private List<PlannedCell> left;

    /**
     * Finds those that are missing.
     *
     * @param isWhole whether there is nothing left to do in a cell
     */
    IndependentCells(List<PlannedCell> cells, Predicate<PlannedCell> isWhole) {
      this.cells = List.copyOf(cells);
      this.left = cells.stream().filter(isWhole.negate()).toList();
    }

    @Override
    public List<CellId> known() {
      return cells.stream().map(PlannedCell::id).toList();
    }

    @Override
    public List<PlannedCell> next() {
      List<PlannedCell> now = left;
      left = List.of();
      return now;
    }
  }
}
