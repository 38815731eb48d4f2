package io.flexora.comparison.run;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.results.comparison.CellState;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.SteadyClock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The record of events of a comparison's cells: {@code comparison_started}, {@code cell_started},
 * {@code cell_ended}, {@code cell_failed} with its {@code cause}, {@code notice} of an attempt that
 * was lost or refused, {@code comparison_cancelled} and {@code comparison_ended}. The cell of an
 * event is its ID. The folders of the cells decide what is done; the ledger says when.
 */
final class Ledger {

  private static final double NANOS = 1e9;

  private final EventLog log;
  private final RunListener listener;
  private final Set<String> told = new HashSet<>();
  private final Map<String, String> failures = new HashMap<>();

  /** When those cells were started, in nanoseconds, that were started anew. */
  private final Map<String, Long> begunAnew = new HashMap<>();

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

  /** Tells that a cell was started, perhaps a while ago, or is gone on with. */
  synchronized void started(CellId cell) {
    begunAnew.remove(cell.id());
    add(cell.id(), new Event.CellStarted());
  }

  /** Tells that a cell starts now of which nothing was done before. */
  synchronized void startedAnew(CellId cell) {
    begunAnew.put(cell.id(), System.nanoTime());
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
      record.outcome().ifPresent(outcome -> add(cell.id(), ended(cell, outcome)));
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

  private Event ended(CellId cell, CellOutcome outcome) {
    return new Event.CellEnded(
        outcome.decisive().map(MetricValue::name),
        outcome.decisive().map(MetricValue::description),
        outcome.decisive().map(MetricValue::value).orElse(Double.NaN),
        outcome.selectedLayers(),
        seconds(cell, outcome));
  }

  /** An outcome also counts what was taken over from other cells. */
  private double seconds(CellId cell, CellOutcome outcome) {
    double phases = outcome.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
    Long began = begunAnew.get(cell.id());
    return began == null ? phases : Math.min(phases, (System.nanoTime() - began) / NANOS);
  }

  private void add(String cell, Event what) {
    RunEvent event = new RunEvent(SteadyClock.ofThisProcess().instant(), cell, "", 0, what);
    log.append(event);
    listener.event(event);
  }
}
