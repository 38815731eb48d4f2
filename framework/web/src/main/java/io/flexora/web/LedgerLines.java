package io.flexora.web;

import io.flexora.api.report.RunEvent;
import io.flexora.host.run.EventTail;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the ledger of a comparison has told so far. */
final class LedgerLines {

  static final String CELL_STARTED = "cell_started";
  static final String CELL_ENDED = "cell_ended";
  static final String CELL_FAILED = "cell_failed";
  private static final String STARTED = "comparison_started";
  private static final String ENDED = "comparison_ended";
  private static final String CANCELLED = "comparison_cancelled";

  private final EventTail tail;
  private final Map<String, CellProgress> cells = new HashMap<>();
  private String last = "";
  private Optional<Instant> started = Optional.empty();
  private Optional<Instant> over = Optional.empty();
  private Optional<String> latest = Optional.empty();
  private long pid = -1;

  LedgerLines(Path folder) {
    tail = new EventTail(folder.resolve("ledger.jsonl"));
  }

  /** Reads what is new. */
  void read() {
    tail.more().forEach(this::observe);
  }

  private void observe(RunEvent event) {
    if (!event.cell().isEmpty()) {
      cell(event.cell()).observe(event);
      latest = event.kind().equals(CELL_STARTED) ? Optional.of(event.cell()) : latest;
      return;
    }
    switch (event.kind()) {
      case STARTED -> {
        started = Optional.of(event.time());
        over = Optional.empty();
        pid = event.values().get("pid") instanceof Number number ? number.longValue() : -1;
        last = STARTED;
      }
      case ENDED, CANCELLED -> {
        over = Optional.of(event.time());
        last = event.kind();
      }
      default -> {
        // Another release may tell more.
      }
    }
  }

  /** The progress of a cell. */
  CellProgress cell(String id) {
    return cells.computeIfAbsent(id, name -> new CellProgress());
  }

  /** Whether a process works on it. */
  boolean alive() {
    return last.equals(STARTED) && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /**
   * {@code preparing}, {@code running}, {@code interrupted}, {@code cancelled} or {@code ended}.
   */
  String state() {
    return switch (last) {
      case "" -> "preparing";
      case STARTED -> alive() ? "running" : "interrupted";
      case CANCELLED -> "cancelled";
      default -> "ended";
    };
  }

  /** The cell that was begun last. */
  Optional<String> latest() {
    return latest;
  }

  /** When the process that worked on it last began. */
  Optional<Instant> started() {
    return started;
  }

  /** When it ended or was cancelled, unless it runs. */
  Optional<Instant> over() {
    return over;
  }
}
