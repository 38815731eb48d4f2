package io.flexora.web;

import io.flexora.api.run.Event.CellEnded;
import io.flexora.api.run.Event.CellStarted;
import io.flexora.api.run.Event.ComparisonCancelled;
import io.flexora.api.run.Event.ComparisonEnded;
import io.flexora.api.run.Event.ComparisonStarted;
import io.flexora.comparison.run.TimeLeft;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventTail;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The lines of a comparison's ledger so far. */
final class LedgerLines {

  private static final String RUNNING = "running";
  private static final String ENDED = "ended";

  private final Path folder;
  private final EventTail tail;
  private final TimeLeft time = FlexoraHost.timeLeft();
  private final Map<String, CellProgress> cells = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private String state = "preparing";
  private Optional<Instant> started = Optional.empty();
  private Optional<Instant> over = Optional.empty();
  private Optional<Instant> last = Optional.empty();
  private Optional<String> latest = Optional.empty();
  private int size;
  private int before;

  LedgerLines(Path folder) {
    this.folder = folder;
    this.tail = FlexoraHost.followLedger(folder);
  }

  /** Reads what is new. */
  void read() {
    tail.more().forEach(this::observe);
  }

  private void observe(RunEvent event) {
    time.observe(event);
    last = Optional.of(event.time());
    if (!event.cell().isEmpty()) {
      cell(event.cell()).observe(event);
      latest = event.what() instanceof CellStarted ? Optional.of(event.cell()) : latest;
      if (event.what() instanceof CellEnded) {
        ended.add(event.cell());
      }
      return;
    }
    if (event.what() instanceof ComparisonStarted begun) {
      started = Optional.of(event.time());
      over = Optional.empty();
      size = begun.cells();
      before = begun.done();
      ended.clear();
      state = RUNNING;
    } else if (event.what() instanceof ComparisonEnded) {
      over = Optional.of(event.time());
      state = ENDED;
    } else if (event.what() instanceof ComparisonCancelled) {
      over = Optional.of(event.time());
      state = "cancelled";
    }
  }

  /** How many cells the comparison has. */
  int cells() {
    return size;
  }

  /** How many of them have ended well. */
  int done() {
    return Math.min(size, before + ended.size());
  }

  /** The progress of a cell. */
  CellProgress cell(String id) {
    return cells.computeIfAbsent(id, name -> new CellProgress());
  }

  /** The time left, if any of these cells tells by now. */
  Optional<Duration> left(List<CellName> cells, Instant now) {
    return time.of(cells.stream().map(CellName::cell).toList(), now);
  }

  /**
   * Whether a process works on it. That of the ledger may have died, and another one have its
   * number by now.
   */
  boolean alive() {
    return state.equals(RUNNING) && FlexoraHost.worker(folder).isPresent();
  }

  /**
   * {@code preparing}, {@code running}, {@code interrupted}, {@code cancelled} or {@code ended}.
   */
  String state() {
    return state.equals(RUNNING) && !alive() ? "interrupted" : state;
  }

  /** Whether the process that worked on it last came to its end. */
  boolean hasEnded() {
    return state.equals(ENDED);
  }

  /** The cell that was begun last. */
  Optional<String> latest() {
    return latest;
  }

  /** When the process that worked on it last began. */
  Optional<Instant> started() {
    return started;
  }

  /** When it ended or was cancelled; empty if it runs or its process has died. */
  Optional<Instant> over() {
    return over;
  }

  /** When its last event happened. */
  Optional<Instant> last() {
    return last;
  }
}
