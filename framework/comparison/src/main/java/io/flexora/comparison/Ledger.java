package io.flexora.comparison;

import io.flexora.api.report.RunEvent;
import io.flexora.comparison.analysis.CellState;
import io.flexora.runstore.CellOutcome;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunListener;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What happened to the cells of a comparison: {@code comparison_started}, {@code cell_started},
 * {@code cell_ended}, {@code cell_failed} with its {@code cause}, {@code comparison_cancelled} and
 * {@code comparison_ended}. The cell of an event is its ID. The folders of the cells decide what is
 * done; the ledger says when.
 *
 * @since 0.1
 */
public final class Ledger {

  /** A process began to work on the comparison. */
  public static final String COMPARISON_STARTED = "comparison_started";

  /** A cell was begun, or is gone on with. */
  public static final String CELL_STARTED = "cell_started";

  /** A cell ended well. */
  public static final String CELL_ENDED = "cell_ended";

  /** A cell failed. */
  public static final String CELL_FAILED = "cell_failed";

  /** The comparison was cancelled and can be resumed. */
  public static final String COMPARISON_CANCELLED = "comparison_cancelled";

  /** Every cell has ended, well or not. */
  public static final String COMPARISON_ENDED = "comparison_ended";

  private final EventLog log;
  private final RunListener listener;
  private final Set<String> told = new HashSet<>();

  Ledger(EventLog log, RunListener listener) {
    this.log = log;
    this.listener = listener;
  }

  void comparisonStarted(List<PlannedCell> cells, int done) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("cells", cells.size());
    values.put("done", done);
    values.put("pid", ProcessHandle.current().pid());
    add("", COMPARISON_STARTED, values);
  }

  void comparisonEnded(int done, int failed) {
    add("", COMPARISON_ENDED, Map.of("done", done, "failed", failed));
    log.sync();
  }

  void cancelled() {
    add("", COMPARISON_CANCELLED, Map.of());
    log.sync();
  }

  void started(CellId cell) {
    add(cell.id(), CELL_STARTED, Map.of());
  }

  /** Tells that a cell is over, once for each time that it was started. */
  synchronized void over(CellId cell, CellRecord record) {
    if (record.state() == CellState.FAILED) {
      failed(cell, record.failure().orElse("unknown"));
    } else if (told.add(cell.id())) {
      add(cell.id(), CELL_ENDED, record.outcome().map(Ledger::figures).orElse(Map.of()));
    }
  }

  /** Tells that a cell failed, once. */
  synchronized void failed(CellId cell, String cause) {
    if (told.add(cell.id())) {
      add(cell.id(), CELL_FAILED, Map.of("cause", cause));
    }
  }

  /** Whether it was told that the cell is over. */
  synchronized boolean isOver(CellId cell) {
    return told.contains(cell.id());
  }

  private static Map<String, Object> figures(CellOutcome outcome) {
    Map<String, Object> values = new LinkedHashMap<>();
    outcome
        .decisive()
        .ifPresent(
            metric -> {
              values.put("metric", metric.name());
              values.put("value", metric.value());
            });
    values.put("layers", outcome.selectedLayers());
    values.put(
        "seconds", outcome.seconds().values().stream().mapToDouble(Double::doubleValue).sum());
    return values;
  }

  private void add(String cell, String kind, Map<String, Object> values) {
    RunEvent event = new RunEvent(Instant.now(), cell, "", kind, 0, values);
    log.append(event);
    listener.event(event);
  }
}
