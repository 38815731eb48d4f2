package io.flexora.experiment;

import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The outcome of a run.
 *
 * @param folder the run's folder
 * @param cells the outcome of each cell by name, the main cell first
 * @param result the same as it is recorded
 * @param reports the reports that were written
 * @since 0.1
 */
public record RunOutcome(
    Path folder, Map<String, CellOutcome> cells, RunResult result, List<Path> reports) {

  /** Copies the list. */
  public RunOutcome {
    reports = List.copyOf(reports);
  }

  /** The outcome of the experiment's own selector. */
  public CellOutcome main() {
    return cells.get(RunCell.MAIN);
  }
}
