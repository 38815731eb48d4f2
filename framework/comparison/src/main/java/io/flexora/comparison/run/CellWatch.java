package io.flexora.comparison.run;

import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.runstore.EventTail;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * The progress of cells that run in other processes, read from their records as they grow: all but
 * the steps, of which a record does not say how many there will be.
 */
final class CellWatch implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);

  private record Followed(Path run, EventTail events) {}

  private final Ledger ledger;
  private final RunListener listener;
  private final Map<CellId, Followed> followed = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer;
  private boolean started;

  CellWatch(Ledger ledger, RunListener listener) {
    this.ledger = ledger;
    this.listener = listener;
    this.timer = Executors.newSingleThreadScheduledExecutor(CellWatch::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "flexora-cell-watch");
    thread.setDaemon(true);
    return thread;
  }

  /** Follows a cell from now on until it is over. */
  synchronized void follow(CellId cell, Path run) {
    EventTail events = EventTail.ofRun(run);
    events.more();
    followed.put(cell, new Followed(run, events));
    if (!started) {
      started = true;
      long every = INTERVAL.toMillis();
      var unused = timer.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    followed.forEach(
        (cell, of) -> {
          try {
            look(cell, of);
          } catch (RuntimeException e) {
            // What is thrown here would end all looks to come, of every cell.
            LoggerFactory.getLogger(CellWatch.class).warn("{} cannot be followed", cell.id(), e);
          }
        });
  }

  private void look(CellId cell, Followed of) {
    CellListener named = new CellListener(cell.id(), listener);
    of.events().more().stream()
        .filter(event -> !(event.what() instanceof Event.StepDone))
        .forEach(named::event);
    // The whole record is read once, when it says that the run has ended.
    if (!ledger.isOver(cell) && RunFolder.isFinished(of.run())) {
      CellRecord record = CellRecord.of(of.run());
      if (record.done()) {
        ledger.over(cell, record);
      }
    }
    if (ledger.isOver(cell)) {
      followed.remove(cell);
    }
  }

  /** Ends, after a last look. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(MOST_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LoggerFactory.getLogger(CellWatch.class).warn("a look at the cells does not end");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    look();
  }
}
