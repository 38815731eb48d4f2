package io.flexora.comparison.run;

import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.PlannedCell;
import java.util.List;

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
}
