package io.flexora.experiment.cell;

import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.experiment.inputs.ExperimentData;
import io.flexora.runstore.CellFolder;
import java.util.Optional;

/**
 * What a cell has trained.
 *
 * @param selection what was chosen
 * @param theta the parameters
 * @param head what is kept of its head; empty if the cell does not tell
 */
// Bulk data that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record TrainedCell(Selection selection, float[] theta, Optional<Head.Saved> head) {

  /**
   * Reads it from the cell's folder.
   *
   * @throws FlexoraException if the cell is not trained
   */
  public static TrainedCell in(CellFolder cell) {
    float[] theta = cell.theta().orElseThrow(() -> notTrained(cell));
    return cell.selection()
        .map(selection -> new TrainedCell(selection, theta, cell.head()))
        .orElseThrow(() -> notTrained(cell));
  }

  /** Its head; the data is read for it if the cell does not tell. */
  public Head head(ExperimentData data) {
    return head.map(data::head).orElseGet(data::head);
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
