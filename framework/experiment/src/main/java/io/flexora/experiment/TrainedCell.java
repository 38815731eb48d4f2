package io.flexora.experiment;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.runstore.CellFolder;

/**
 * What a cell has trained.
 *
 * @param selection what was chosen
 * @param theta the parameters
 */
// Bulk data that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
record TrainedCell(Selection selection, float[] theta) {

  /**
   * Reads it from the cell's folder.
   *
   * @throws FlexoraException if the cell is not trained
   */
  static TrainedCell in(CellFolder cell) {
    float[] theta = cell.theta().orElseThrow(() -> notTrained(cell));
    return cell.selection()
        .map(selection -> new TrainedCell(selection, theta))
        .orElseThrow(() -> notTrained(cell));
  }

  private static FlexoraException notTrained(CellFolder cell) {
    return cell.base()
        .map(
            base ->
                new FlexoraException(
                    "cell '%s' is a posterior and has no parameters of its own; name cell '%s', whose it is made of"
                        .formatted(cell.path().getFileName(), base.cell())))
        .orElseGet(
            () ->
                new FlexoraException(
                    "cell '%s' is not trained yet; resume the run first"
                        .formatted(cell.path().getFileName())));
  }
}
