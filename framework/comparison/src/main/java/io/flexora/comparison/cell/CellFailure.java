package io.flexora.comparison.cell;

import io.flexora.api.run.FlexoraException;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down why a cell failed that could not do so itself. */
public final class CellFailure {

  private static final Logger LOG = LoggerFactory.getLogger(CellFailure.class);

  private CellFailure() {}

  /**
   * Writes it into the folder of a cell that was prepared. What was trained well stays as it is:
   * then a posterior of it has failed, or the process that made one has died, as the ledger says.
   *
   * @param run the folder of the cell's run
   */
  public static void write(Path run, CellId cell, String cause) {
    if (CellRecord.isTested(run)) {
      return;
    }
    try (RunFolder folder = RunFolder.open(run)) {
      folder.cell(RunCell.MAIN).writeOutcome(CellOutcome.failed(cell.seed(), Map.of(), cause));
    } catch (FlexoraException e) {
      LOG.error("the failure of cell {} is in the ledger alone", cell.id(), e);
    }
  }
}
