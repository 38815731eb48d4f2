package io.flexora.comparison;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.report.CellOutcome;
import io.flexora.api.report.CellState;
import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Event;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunListener;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What happened to the cells of a comparison: {@code comparison_started}, {@code cell_started},
 * {@code cell_ended}, {@code cell_failed} with its {@code cause}, {@code notice} of an attempt that
 * was lost or refused, {@code comparison_cancelled} and {@code comparison_ended}. The cell of an
 * event is its ID. The folders of the cells decide what is done; the ledger says when.
 *
 * @since 0.1
 */
public final class Ledger {

  private final EventLog log;
  private final RunListener listener;
  private final Set<String> told = new HashSet<>();
  private final Map<String, String> failures = new HashMap<>();

  Ledger(EventLog log, RunListener listener) {
    this.log = log;
    this.listener = listener;
  }

  void comparisonStarted(int cells, int done) {
    add("", new Event.ComparisonStarted(cells, done, ProcessHandle.current().pid()));
  }

  void comparisonEnded(int done, int failed) {
    add("", new Event.ComparisonEnded(done, failed));
    log.sync();
  }

  void cancelled() {
    add("", new Event.ComparisonCancelled());
    log.sync();
  }

  void started(CellId cell) {
    add(cell.id(), new Event.CellStarted());
  }

  /** Tells of a cell what is worth knowing later. */
  void notice(CellId cell, String sentence) {
    add(cell.id(), new Event.Notice(sentence));
  }

  /** Tells that a cell is over, once for each time that it was started. */
  synchronized void over(CellId cell, CellRecord record) {
    if (record.state() == CellState.FAILED) {
      failed(cell, record.failure().orElse("unknown"));
    } else if (told.add(cell.id())) {
      record.outcome().ifPresent(outcome -> add(cell.id(), ended(outcome)));
    }
  }

  /** Tells that a cell failed, once. */
  synchronized void failed(CellId cell, String cause) {
    if (told.add(cell.id())) {
      failures.put(cell.id(), cause);
      add(cell.id(), new Event.CellFailed(cause));
    }
  }

  /** Why cells failed since this ledger was opened, by their IDs. */
  synchronized Map<String, String> failures() {
    return Map.copyOf(failures);
  }

  /** Whether it was told that the cell is over. */
  synchronized boolean isOver(CellId cell) {
    return told.contains(cell.id());
  }

  private static Event ended(CellOutcome outcome) {
    return new Event.CellEnded(
        outcome.decisive().map(MetricValue::name),
        outcome.decisive().map(MetricValue::description),
        outcome.decisive().map(MetricValue::value).orElse(Double.NaN),
        outcome.selectedLayers(),
        outcome.seconds().values().stream().mapToDouble(Double::doubleValue).sum());
  }

  private void add(String cell, Event what) {
    RunEvent event = new RunEvent(Instant.now(), cell, "", 0, what);
    log.append(event);
    listener.event(event);
  }
}
