package io.flexora.comparison.cell;

import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.cell.FinishedRun;
import io.flexora.experiment.cell.PhaseRecord;
import io.flexora.results.comparison.CellState;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunRecord;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The progress of a cell, as its folder tells.
 *
 * @param state how far
 * @param failure why it failed
 * @param outcome what came out, if it has ended
 * @param seconds the time of each phase in seconds, by its word; of a cell that failed none, unless
 *     it is {@link #charged}
 */
public record CellRecord(
    CellState state,
    Optional<String> failure,
    Optional<CellOutcome> outcome,
    Map<String, Double> seconds) {

  /** A record with the times of the outcome. */
  public CellRecord(CellState state, Optional<String> failure, Optional<CellOutcome> outcome) {
    this(state, failure, outcome, outcome.map(CellOutcome::seconds).orElse(Map.of()));
  }

  /**
   * Reads how far a cell of the run is; what cannot be read counts as a failure, so that it is run
   * again.
   */
  public static CellRecord of(Path run, String cell) {
    if (!Files.isDirectory(run.resolve("cells").resolve(cell))) {
      return new CellRecord(CellState.MISSING, Optional.empty(), Optional.empty());
    }
    try {
      return of(RunFolder.readCell(run, cell), RunFolder.isFinished(run));
    } catch (FlexoraException e) {
      return unreadable(e);
    }
  }

  /** Reads how far the run is with all of its cells; the outcome is that of the trained one. */
  public static CellRecord of(Path run) {
    CellRecord main = of(run, RunCell.MAIN);
    if (!main.done()) {
      return main;
    }
    return RunFolder.cells(run).stream()
        .map(cell -> of(run, cell))
        .filter(cell -> !cell.done())
        .findFirst()
        .orElse(main);
  }

  /**
   * Whether what a run trains has ended well, even where posteriors of it are missing yet or its
   * outcome was damaged since.
   */
  public static boolean isTested(Path run) {
    if (RunFolder.isFinished(run)) {
      return true;
    }
    try {
      return Files.isDirectory(run.resolve("cells").resolve(RunCell.MAIN))
          && RunFolder.readCell(run, RunCell.MAIN).success().isPresent();
    } catch (FlexoraException e) {
      return false;
    }
  }

  /** A cell of which something is damaged. */
  public static CellRecord unreadable(FlexoraException cause) {
    return new CellRecord(CellState.FAILED, Optional.of(cause.getMessage()), Optional.empty());
  }

  private static CellRecord of(CellFolder main, boolean finished) {
    Optional<CellOutcome> outcome = main.outcome();
    Optional<String> failure = outcome.flatMap(CellOutcome::failure);
    if (failure.isPresent()) {
      return new CellRecord(CellState.FAILED, failure, outcome);
    }
    return outcome.isPresent() && finished
        ? new CellRecord(CellState.DONE, failure, outcome)
        : new CellRecord(CellState.MISSING, failure, Optional.empty());
  }

  /**
   * The same where a cell that failed has the times that its events tell. Its outcome has none, but
   * it took them all the same.
   *
   * @param run the folder of its run
   */
  public CellRecord charged(Path run) {
    if (state != CellState.FAILED || !RunFolder.isBegun(run)) {
      return this;
    }
    try {
      return new CellRecord(
          state, failure, outcome, PhaseRecord.seconds(RunFolder.eventsSoFar(run), RunCell.MAIN));
    } catch (FlexoraException e) {
      // A damaged record tells no times, and the cell has failed already.
      return this;
    }
  }

  /** What this says of a further test set. */
  public CellRecord on(String testSet) {
    return new CellRecord(state, failure, outcome.map(of -> of.on(testSet)));
  }

  /** Whether it is written down that the cell failed: what cannot be read may have ended well. */
  public boolean failed() {
    return state == CellState.FAILED && outcome.isPresent();
  }

  /** Whether there is nothing left to do. */
  public boolean done() {
    return state == CellState.DONE;
  }

  /**
   * Whether there is nothing left to do in a cell, every file of which is as it was written.
   *
   * @param notice hears what is not
   */
  public static boolean isWhole(Path run, Consumer<String> notice) {
    if (!of(run).done()) {
      return false;
    }
    Optional<String> damage = FinishedRun.damage(run);
    damage.ifPresent(notice);
    return damage.isEmpty();
  }

  /** The whole record of a run that was begun. */
  public static Optional<RunRecord> whole(Path run) {
    boolean begun = Files.isDirectory(run.resolve("cells"));
    return begun ? Optional.of(RunFolder.read(run)) : Optional.empty();
  }
}
