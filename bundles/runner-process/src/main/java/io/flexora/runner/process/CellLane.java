package io.flexora.runner.process;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.ProcessEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * Cells that run one after the other: in one process where processes are used again, and in another
 * one after a cell that did not come to its end.
 */
final class CellLane implements AutoCloseable {

  static final String LOG = CellAttempt.LOG;

  private static final Duration GRACE = Duration.ofSeconds(30);

  private final CellExecution execution;
  private final ProcessOptions options;
  private final OptionalInt threads;
  private ChildProcess process;

  CellLane(CellExecution execution, ProcessOptions options, OptionalInt threads) {
    this.execution = execution;
    this.options = options;
    this.threads = threads;
  }

  /**
   * Runs a cell, from its beginning to the record of how it ended.
   *
   * @param over whether the run is over: asked again and again, a running process is ended then
   * @throws FlexoraException if the disk is full, which is no failure of the cell
   */
  void run(Cell cell, BooleanSupplier over) {
    execution.begin(cell);
    Path log = cell.folder().resolve(LOG);
    ExitStatus ending;
    try {
      ending = process().run(cell.folder(), log, options.timeLimit(), over);
    } catch (IOException e) {
      execution.failed(cell, "a process for the cell could not be started: " + e.getMessage());
      return;
    }
    if (!ending.well()) {
      String cause = ending.cause(ProcessEnd.lastLines(log));
      if (ending.code() == ProcessEnd.DISK_FULL) {
        throw new FlexoraException(cause);
      }
      execution.failed(cell, cause);
    }
    if (ending.code() != 0 || !options.reuse()) {
      close();
    }
  }

  private ChildProcess process() throws IOException {
    if (process == null || !process.isAlive()) {
      close();
      process = ChildProcess.start(execution.command(options.ofJava().words()), threads, GRACE);
    }
    return process;
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
      process = null;
    }
  }
}
