package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMonitorTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir Path folder;
  private final List<String> heard = new ArrayList<>();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private final RunListener listener =
      new RunListener() {
        @Override
        public void progress(String cell, String phase, Progress told) {
          heard.add(cell + "/" + phase + " " + told);
        }

        @Override
        public void event(RunEvent event) {
          heard.add(event.kind() + " at " + event.step());
        }

        @Override
        public void notice(String cell, String phase, String sentence) {
          heard.add(sentence);
        }
      };

  private RunMonitor monitor(EventLog log) {
    return new RunMonitor(
        log, "c", "train", listener, cancelled::get, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void whatAPhaseTellsIsWrittenAndHeard() throws IOException {
    Path file = folder.resolve("events.jsonl");
    Progress told =
        Progress.of(4, 9)
            .withTrainingLoss(0.5)
            .with("gates", new double[] {1, Double.NaN})
            .with("layers", List.of(3))
            .with("norm", Double.POSITIVE_INFINITY);
    try (EventLog log = EventLog.open(file)) {
      RunMonitor monitor = monitor(log);
      monitor.step(told);
      monitor.event(new Event.LayersSelected(List.of(1, 2), "all"));
      monitor.notice("The disk is slow.");
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).allMatch(line -> line.matches(".*,\"crc32\":\"[0-9a-f]{8}\"}"));
    assertThat(lines.stream().map(line -> line.replaceFirst(",\"crc32\":.*", "}")))
        .containsExactly(
            "{\"cell\":\"c\",\"kind\":\"step\",\"phase\":\"train\",\"step\":4,"
                + "\"time\":\"2026-03-04T05:06:07Z\",\"total\":9,\"values\":{"
                + "\"gates\":[1.0,null],\"layers\":[3],\"norm\":null,\"training_loss\":0.5}}",
            "{\"cell\":\"c\",\"kind\":\"layers_selected\",\"phase\":\"train\",\"step\":4,"
                + "\"time\":\"2026-03-04T05:06:07Z\",\"values\":{\"layers\":[1,2],"
                + "\"strategy\":\"all\"}}",
            "{\"cell\":\"c\",\"kind\":\"notice\",\"phase\":\"train\",\"step\":4,"
                + "\"time\":\"2026-03-04T05:06:07Z\","
                + "\"values\":{\"sentence\":\"The disk is slow.\"}}");
    assertThat(heard).hasSize(3);
    assertThat(heard.get(0)).isEqualTo("c/train " + told);
    assertThat(heard.subList(1, 3)).containsExactly("layers_selected at 4", "The disk is slow.");
    assertThat(EventLog.read(file).get(0).what()).isEqualTo(new Event.StepDone(told));
  }

  @Test
  void aCancelledRunEndsAtTheNextStepAfterItIsWritten() {
    Path file = folder.resolve("events.jsonl");
    try (EventLog log = EventLog.open(file)) {
      RunMonitor monitor = monitor(log);
      monitor.step(Progress.of(1, 2));
      cancelled.set(true);
      monitor.event(new Event.Own("still_written", Map.of()));
      assertThatThrownBy(() -> monitor.step(Progress.of(2, 2)))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(EventLog.read(file)).hasSize(3);
  }
}
