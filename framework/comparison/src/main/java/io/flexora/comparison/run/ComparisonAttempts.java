package io.flexora.comparison.run;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellExecution;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.process.CellCommand;
import io.flexora.comparison.process.CellEnvironment;
import io.flexora.comparison.process.CellInputs;
import io.flexora.comparison.process.LocalFiles;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.plugin.PluginHost;
import io.flexora.runstore.RunAttempts;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Tries to run the cells of a comparison on other machines, and what came out of them. */
final class ComparisonAttempts implements CellExecution.Attempts {

  private final PluginHost host;
  private final Ledger ledger;
  private final CellWatch watch;
  private final RunListener listener;
  private final Function<Cell, PlannedCell> planned;
  private final BooleanSupplier cancelled;
  private final LocalFiles files = new LocalFiles();
  private final ConfigurationReader reader = new ConfigurationReader();

  ComparisonAttempts(
      PluginHost host,
      Ledger ledger,
      CellWatch watch,
      RunListener listener,
      Function<Cell, PlannedCell> planned,
      BooleanSupplier cancelled) {
    this.host = host;
    this.ledger = ledger;
    this.watch = watch;
    this.listener = listener;
    this.planned = planned;
    this.cancelled = cancelled;
  }

  @Override
  public Optional<CellAttempt> next(Cell cell, List<String> javaOptions) {
    if (cancelled.getAsBoolean()) {
      throw new CancelledException();
    }
    PlannedCell of = planned.apply(cell);
    RunAttempts attempts = new RunAttempts(cell.folder());
    giveBack(cell.folder());
    CellRecord record = CellRecord.of(cell.folder());
    if (record.done()) {
      ledger.over(of.id(), record);
      return Optional.empty();
    }
    Path folder = attempts.next().toAbsolutePath().normalize();
    Path inputs = folder.resolve(CellInputs.FILE);
    new CellInputs(
            of.experiment().code(),
            files.of(reader.parse(of.experiment().resolved(), of.id().id()), folder))
        .write(inputs);
    return Optional.of(
        new CellAttempt(
            cell,
            RunAttempts.number(folder),
            folder,
            Path.of("").toAbsolutePath(),
            Optional.ofNullable(System.getProperty("flexora.home")).map(Path::of),
            new CellCommand(host).elsewhere(RunAttempts.run(folder), inputs, javaOptions),
            CellEnvironment.here()));
  }

  @Override
  public void started(CellAttempt attempt) {
    PlannedCell of = planned.apply(attempt.cell());
    ledger.started(of.id());
    watch.follow(of.id(), attempt.cell().folder());
  }

  @Override
  public boolean collect(CellAttempt attempt) {
    Path run = attempt.cell().folder();
    boolean arrived = isWhole(RunAttempts.run(attempt.folder()));
    if (RunFolder.isFinished(run)) {
      if (arrived) {
        notice(
            attempt,
            "has left a second result, which is refused: that of an earlier attempt counts");
        new RunAttempts(run).remove(attempt.folder());
      }
      return true;
    }
    if (!arrived) {
      return false;
    }
    RunAttempts attempts = new RunAttempts(run);
    attempts.take(attempt.folder());
    attempts.removeClosed();
    ledger.over(planned.apply(attempt.cell()).id(), CellRecord.of(run));
    return true;
  }

  @Override
  public void lost(CellAttempt attempt, String cause) {
    notice(attempt, "was lost: " + cause);
  }

  @Override
  public void notice(CellAttempt attempt, String what) {
    String sentence = "Attempt %d %s.".formatted(attempt.number(), what);
    ledger.notice(planned.apply(attempt.cell()).id(), sentence);
    listener.notice(attempt.cell().name(), "", sentence);
  }

  /**
   * Brings back to the folder of a cell what ended attempts have done, and the first whole result.
   *
   * @param run the cell's folder
   */
  static void giveBack(Path run) {
    new RunAttempts(run).giveBack(ComparisonAttempts::isWhole);
  }

  /** Whether no process works on the run of an attempt, and all of its result is there. */
  private static boolean isWhole(Path run) {
    return RunFolder.isFinished(run)
        && RunFolder.isFree(run)
        && CellRecord.isWhole(run, damage -> {});
  }
}
