package io.flexora.experiment.cell;

import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.RunMonitor;
import io.flexora.runstore.SteadyClock;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The folder, listener and services that all cells of a run share.
 *
 * @param trainers makes the trainer with other seeds than the run's
 * @param code whose code makes a cell: the hash of each jar by its name
 * @param reuse what cells of the same model and training data have come to
 */
public record RunScope(
    ExperimentConfiguration configuration,
    RunFolder folder,
    RunListener listener,
    BooleanSupplier cancelled,
    Map<String, String> versions,
    Function<Seeds, Trainer> trainers,
    Function<String, Map<String, String>> code,
    CellReuse reuse) {

  /** The monitor of a phase of a cell; both are empty for the run itself. */
  public RunMonitor monitor(String cell, String phase) {
    return new RunMonitor(
        folder.events(), cell, phase, listener, cancelled, SteadyClock.ofThisProcess());
  }

  /** The record so far, with what was done again after an interruption. */
  public List<RunEvent> record() {
    return folder.eventsSoFar();
  }
}
