package io.flexora.experiment.cell;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunRecord;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of a run that has ended, checked for damage.
 *
 * @since 0.1
 */
public final class FinishedRun {

  private FinishedRun() {}

  /**
   * Compares every file that a later step reads with what was written.
   *
   * @param run the run's folder
   * @return which is damaged or gone, and how; empty if none is
   * @throws FlexoraException if it is not a run's folder, or its configuration was changed
   */
  public static Optional<String> damage(Path run) {
    return cellDamage(run).or(() -> otherDamage(run));
  }

  private static Optional<String> cellDamage(Path run) {
    return RunFolder.cells(run).stream()
        .flatMap(cell -> RunFolder.readCell(run, cell).damage().stream())
        .findFirst();
  }

  /** As {@link #damage}, where the cells are as they were written. */
  public static Optional<String> damageBesideCells(Path run) {
    return cellDamage(run).isPresent() ? Optional.empty() : otherDamage(run);
  }

  private static Optional<String> otherDamage(Path run) {
    try {
      RunRecord record = RunFolder.read(run);
      var unused = RunFolder.decisions(run);
      if (record.provenance().isEmpty()) {
        return Optional.of("the provenance of %s is missing".formatted(run));
      }
      return hasPruned(run) ? Optional.empty() : adapterDamage(RunFolder.adapter(run));
    } catch (FlexoraException e) {
      RunFolder.configuration(run);
      return Optional.of(e.getMessage());
    }
  }

  /** A run that has pruned its model has no adapter of its own. */
  private static boolean hasPruned(Path run) {
    return RunFolder.cells(run).contains(RunCell.MAIN)
        && RunFolder.readCell(run, RunCell.MAIN).find(CellFolder.PRUNED).isPresent();
  }

  private static Optional<String> adapterDamage(Path adapter) {
    try {
      return AdapterFolder.damage(adapter);
    } catch (IOException e) {
      throw ReadFailure.explain(adapter, e);
    }
  }
}
