package io.flexora.comparison.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellId;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellWatchTest {

  @TempDir Path folder;

  private final BlockingQueue<RunEvent> seen = new LinkedBlockingQueue<>();

  private RunEvent next() throws InterruptedException {
    return seen.poll(10, TimeUnit.MINUTES);
  }

  private static void append(EventLog log, String kind) {
    log.append(new RunEvent(Instant.EPOCH, "main", "train", 0, new Event.Own(kind, Map.of())));
  }

  @Test
  void aListenerThatFailsOnceHearsOfWhatFollows() throws IOException, InterruptedException {
    RunListener listener =
        new RunListener() {
          @Override
          public void event(RunEvent event) {
            seen.add(event);
            if (event.kind().equals("bad")) {
              throw new IllegalStateException("the listener fails");
            }
          }
        };
    Path run = Files.createDirectory(folder.resolve("run"));
    try (EventLog ledger = EventLog.open(folder.resolve("ledger.jsonl"));
        EventLog cell = EventLog.open(EventLog.in(run))) {
      append(cell, "before");
      try (CellWatch watch = new CellWatch(new Ledger(ledger, RunListener.NONE), listener)) {
        watch.follow(new CellId("m", "t", "s", 1), run);
        append(cell, "bad");
        assertThat(next()).extracting(RunEvent::cell, RunEvent::kind).contains("m.t.s.1", "bad");
        append(cell, "good");
        assertThat(next()).extracting(RunEvent::kind).isEqualTo("good");
        append(cell, "last");
      }
      assertThat(next()).extracting(RunEvent::kind).isEqualTo("last");
      assertThat(seen).isEmpty();
    }
  }
}
