package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTailTest {

  private static final int MANY = 12_000;

  @TempDir Path folder;

  @Test
  void givesEachEventOnceAsItIsAppended() {
    Path path = folder.resolve("log.jsonl");
    EventTail tail = new EventTail(path);
    assertThat(tail.more()).isEmpty();

    try (EventLog log = EventLog.open(path)) {
      assertThat(tail.more()).isEmpty();
      log.append(event(1));
      log.append(event(2));
      assertThat(tail.more()).containsExactly(event(1), event(2));
      assertThat(tail.more()).isEmpty();
      log.append(event(3));
      assertThat(tail.more()).containsExactly(event(3));
    }
  }

  @Test
  void leavesALineThatIsStillBeingWrittenAndSkipsOneThatIsNoEvent() throws Exception {
    Path path = folder.resolve("log.jsonl");
    String line = new String(EventLine.write(event(1)), java.nio.charset.StandardCharsets.UTF_8);
    Files.writeString(path, "no event\n" + line.substring(0, 20));
    EventTail tail = new EventTail(path);
    assertThat(tail.more()).isEmpty();

    Files.writeString(path, line.substring(20) + "\n", StandardOpenOption.APPEND);

    assertThat(tail.more()).containsExactly(event(1));
  }

  @Test
  void readsALogOfMoreThanOneChunk() {
    Path path = folder.resolve("log.jsonl");
    List<RunEvent> all = new ArrayList<>();
    try (EventLog log = EventLog.open(path)) {
      for (int i = 0; i < MANY; i++) {
        all.add(event(i));
        log.append(event(i));
      }
    }
    assertThat(path.toFile().length()).isGreaterThan(1 << 20);
    assertThat(new EventTail(path).more()).isEqualTo(all);
  }

  @Test
  void readsALineOfMoreThanOneChunk() {
    Path path = folder.resolve("log.jsonl");
    RunEvent first = event(1);
    RunEvent last = event(2);
    RunEvent wide =
        new RunEvent(first.time(), "main", "train", 1, new Event.Notice("x".repeat(3 << 20)));
    EventTail tail = new EventTail(path);
    try (EventLog log = EventLog.open(path)) {
      log.append(first);
      log.append(wide);
      log.append(last);
    }
    // Without a message of three million characters where it fails.
    assertThat(tail.more().equals(List.of(first, wide, last))).isTrue();
    assertThat(tail.more()).isEmpty();
  }

  private static RunEvent event(long step) {
    return new RunEvent(
        Instant.parse("2026-01-02T03:04:05Z"),
        "main",
        "train",
        step,
        new Event.StepDone(Progress.of(step, MANY).with("loss", 0.5)));
  }
}
