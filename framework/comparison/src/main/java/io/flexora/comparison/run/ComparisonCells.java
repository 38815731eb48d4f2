package io.flexora.comparison.run;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellFailure;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.process.CellCommand;
import io.flexora.experiment.SharedInputs;
import io.flexora.files.durable.DiskFullException;
import io.flexora.plugin.PluginHost;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the cells of a comparison, here or elsewhere, and writes down what happened to them. */
final class ComparisonCells implements CellExecution {

  private static final Logger LOG = LoggerFactory.getLogger(ComparisonCells.class);

  // Longer than a process works on whose command was killed.
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 100;

  private final Path folder;
  private final Map<String, PlannedCell> cells;
  private final PluginHost host;
  private final SharedInputs shared;
  private final Ledger ledger;
  private final CellWatch watch;
  private final RunListener listener;
  private final AtomicReference<PlannedCell> running = new AtomicReference<>();
  private final ComparisonAttempts attempts;
  private volatile boolean cancelled;

  /**
   * Makes them.
   *
   * @param folder the folder of the comparison
   */
  ComparisonCells(
      Path folder,
      List<PlannedCell> cells,
      PluginHost host,
      SharedInputs shared,
      Ledger ledger,
      CellWatch watch,
      RunListener listener) {
    this.folder = folder;
    this.cells = cells.stream().collect(Collectors.toMap(c -> c.id().id(), Function.identity()));
    this.host = host;
    this.shared = shared;
    this.ledger = ledger;
    this.watch = watch;
    this.listener = listener;
    this.attempts =
        new ComparisonAttempts(host, ledger, watch, listener, this::planned, this::cancelled);
  }

  /** One at a time: they share the model and the device. */
  @Override
  public synchronized void runHere(Cell cell) {
    PlannedCell planned = planned(cell);
    begin(planned, cell);
    running.set(planned);
    if (cancelled) {
      planned.experiment().cancel();
    }
    try {
      recorded(
          cell,
          () -> {
            CellListener told = new CellListener(cell.name(), listener);
            planned.experiment().resume(cell.folder(), shared, told);
            ledger.over(planned.id(), CellRecord.of(cell.folder()));
          });
    } finally {
      running.set(null);
    }
  }

  /**
   * Works on a cell, and records its failure.
   *
   * @throws CancelledException if the work does
   * @throws DiskFullException if the work does: it says nothing of the cell, which a tuning would
   *     take for a bad trial, and the next cell would find no room either
   */
  void recorded(Cell cell, Runnable work) {
    try {
      work.run();
    } catch (CancelledException | DiskFullException e) {
      throw e;
    } catch (FlexoraException e) {
      LOG.debug("cell {} failed", cell.name(), e);
      failed(cell, e.getMessage());
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      LOG.error("cell {} failed", cell.name(), e);
      failed(cell, e.toString());
    }
  }

  @Override
  public List<String> command(List<String> javaOptions) {
    return new CellCommand(host).of(folder, javaOptions);
  }

  @Override
  public void begin(Cell cell) {
    PlannedCell planned = planned(cell);
    begin(planned, cell);
    watch.follow(planned.id(), cell.folder());
  }

  private void begin(PlannedCell planned, Cell cell) {
    awaitFree(cell);
    if (cancelled()) {
      throw new CancelledException();
    }
    if (RunFolder.isBegun(cell.folder())) {
      ledger.started(planned.id());
    } else {
      ledger.startedAnew(planned.id());
    }
  }

  /** A process whose command was killed saves a checkpoint before it gives its cell back. */
  private void awaitFree(Cell cell) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean told = false;
    while (!cancelled() && System.nanoTime() < end && !RunFolder.isFree(cell.folder())) {
      if (!told) {
        told = true;
        listener.notice(cell.name(), "", "Waiting for the process of an earlier command to end.");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      }
    }
  }

  @Override
  public CellExecution.Attempts attempts() {
    return attempts;
  }

  @Override
  public void failed(Cell cell, String cause) {
    PlannedCell planned = planned(cell);
    ComparisonAttempts.giveBack(cell.folder());
    CellRecord record = CellRecord.of(cell.folder());
    if (record.done()) {
      // Its process died when there was nothing left to do.
      ledger.over(planned.id(), record);
      return;
    }
    String told = Optional.ofNullable(cause).orElse("unknown");
    CellFailure.write(cell.folder(), planned.id(), told);
    ledger.failed(planned.id(), told);
  }

  @Override
  public long memoryBytes(Cell cell) {
    PlannedCell planned = planned(cell);
    return locked(() -> planned.experiment().stated(shared, RunListener.NONE).memory().total());
  }

  private synchronized <T> T locked(Supplier<T> work) {
    return work.get();
  }

  @Override
  public boolean cancelled() {
    return cancelled || Thread.currentThread().isInterrupted() || host.catalog().isClosing();
  }

  /** Begins no cell any more, and ends the one that runs here at its next step. */
  void cancel() {
    cancelled = true;
    Optional.ofNullable(running.get()).ifPresent(planned -> planned.experiment().cancel());
  }

  private PlannedCell planned(Cell cell) {
    return Optional.ofNullable(cells.get(cell.name()))
        .orElseThrow(
            () -> new FlexoraException("there is no cell '" + cell.name() + "' to be run"));
  }
}
