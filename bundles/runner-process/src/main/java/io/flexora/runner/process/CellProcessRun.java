package io.flexora.runner.process;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellExecution;
import io.flexora.files.machine.ProcessEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** One cell, from the start of its process to the record of how that ended. */
final class CellProcessRun {

  static final String LOG = CellAttempt.LOG;

  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Cell cell;
  private final CellExecution execution;
  private final ProcessOptions options;
  private final OptionalInt threads;

  CellProcessRun(Cell cell, CellExecution execution, ProcessOptions options, OptionalInt threads) {
    this.cell = cell;
    this.execution = execution;
    this.options = options;
    this.threads = threads;
  }

  /**
   * Runs the cell, unless the whole run is over.
   *
   * @param over whether the run is over: asked again and again, a running process is ended then
   */
  void unless(BooleanSupplier over) {
    if (over.getAsBoolean()) {
      return;
    }
    List<String> command = execution.command(cell, options.ofJava().words());
    Path log = cell.folder().resolve(LOG);
    ChildProcess child;
    try {
      child = ChildProcess.start(command, log, threads);
    } catch (IOException e) {
      execution.failed(cell, "a process for the cell could not be started: " + e.getMessage());
      return;
    }
    Ending ending = child.awaited(options.timeLimit(), GRACE, over);
    if (!ending.well()) {
      execution.failed(cell, ending.cause(ProcessEnd.lastLines(log)));
    }
  }
}
