package io.flexora.experiment;

import io.flexora.api.report.RunEvent;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.RunMonitor;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What all cells of a run write to and hear from. */
record RunScope(
    ExperimentConfiguration configuration,
    RunFolder folder,
    RunListener listener,
    BooleanSupplier cancelled,
    Map<String, String> versions) {

  /** The monitor of a phase of a cell; both are empty for the run itself. */
  RunMonitor monitor(String cell, String phase) {
    return new RunMonitor(folder.events(), cell, phase, listener, cancelled, Clock.systemUTC());
  }

  /** The record so far, with what was done again after an interruption. */
  List<RunEvent> record() {
    return EventLog.read(EventLog.in(folder.path()));
  }
}
