package io.flexora.comparison.run;

import io.flexora.comparison.cell.CellFailure;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The folder of a comparison that runs, as its tunings read and write it. */
final class TunedFolder implements TunedCells.Folder {

  private final Path comparison;
  private final ExistingCells existing;
  private final Ledger ledger;
  private final RunListener listener;
  private final Predicate<PlannedCell> isWhole;
  private final Consumer<PlannedCell> prepare;

  /**
   * Looks at it.
   *
   * @param comparison the comparison's folder
   * @param isWhole whether there is nothing left to do in a cell
   * @param prepare makes the folder of a cell, if it is not there
   */
  TunedFolder(
      Path comparison,
      Ledger ledger,
      RunListener listener,
      Predicate<PlannedCell> isWhole,
      Consumer<PlannedCell> prepare) {
    this.comparison = comparison;
    this.existing = new ExistingCells(comparison, location -> Optional.empty());
    this.ledger = ledger;
    this.listener = listener;
    this.isWhole = isWhole;
    this.prepare = prepare;
  }

  @Override
  public Optional<CellRecord> record(PlannedCell cell) {
    if (ledger.isOver(cell.id())) {
      return Optional.of(ended(cell));
    }
    return existing.isOther(cell, sentence -> tell(cell, sentence)) || !isWhole.test(cell)
        ? Optional.empty()
        : Optional.of(ended(cell));
  }

  /** What a trial took counts, also where it failed. */
  private CellRecord ended(PlannedCell cell) {
    Path run = run(cell.id());
    return CellRecord.of(run).charged(run);
  }

  /** What became of a cell that was tested before has to be seen later, too. */
  private void tell(PlannedCell cell, String sentence) {
    ledger.notice(cell.id(), sentence);
    listener.notice(cell.id().id(), "", sentence);
  }

  @Override
  public Optional<CellRecord> failure(PlannedCell trial) {
    return Optional.of(ended(trial)).filter(CellRecord::failed);
  }

  @Override
  public boolean isFollowed(CellId trial) {
    CellId tested = trial.tested();
    int number = trial.trial().orElseThrow();
    return CellRecord.isTested(run(tested))
        || tested.trialsIn(comparison).stream()
            .filter(other -> other.trial().orElseThrow() >= number)
            .anyMatch(other -> CellRecord.of(run(other)).done());
  }

  @Override
  public void refused(CellId trial, String cause) {
    ledger.failed(trial, cause);
  }

  @Override
  public void failed(PlannedCell cell, String cause) {
    Path run = run(cell.id());
    if (CellRecord.of(run).done()) {
      tell(cell, "Its tuning did not go on: %s. The cell stays as it was tested.".formatted(cause));
      return;
    }
    prepare.accept(cell);
    CellFailure.write(run, cell.id(), cause);
    ledger.failed(cell.id(), cause);
  }

  private Path run(CellId cell) {
    return ComparisonFolder.cell(comparison, cell.id());
  }
}
