package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
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
        public void progress(
            String cell, String phase, long done, long total, Map<String, Object> figures) {
          heard.add(cell + "/" + phase + " " + done + "/" + total + " " + figures);
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
    Map<String, Object> figures = new HashMap<>();
    figures.put("loss", 0.5f);
    figures.put("gates", new float[] {1, Float.NaN});
    figures.put("layers", new int[] {3});
    figures.put("missing", null);
    figures.put("norm", Double.POSITIVE_INFINITY);
    try (EventLog log = EventLog.open(file)) {
      RunMonitor monitor = monitor(log);
      monitor.step(4, 9, figures);
      monitor.event("layers_selected", Map.of("layers", List.of(1, 2)));
      monitor.notice("The disk is slow.");
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"cell\":\"c\",\"kind\":\"step\",\"phase\":\"train\",\"step\":4,"
                + "\"time\":\"2026-03-04T05:06:07Z\",\"values\":{\"gates\":[1.0,null],"
                + "\"layers\":[3],\"loss\":0.5,\"missing\":null,\"norm\":null}}",
            "{\"cell\":\"c\",\"kind\":\"layers_selected\",\"phase\":\"train\",\"step\":4,"
                + "\"time\":\"2026-03-04T05:06:07Z\",\"values\":{\"layers\":[1,2]}}",
            "{\"cell\":\"c\",\"kind\":\"notice\",\"phase\":\"train\",\"step\":4,"
                + "\"time\":\"2026-03-04T05:06:07Z\","
                + "\"values\":{\"sentence\":\"The disk is slow.\"}}");
    assertThat(heard).hasSize(3);
    assertThat(heard.get(0)).startsWith("c/train 4/9 {").contains("loss=0.5", "gates=[1.0, NaN]");
    assertThat(heard.subList(1, 3)).containsExactly("layers_selected at 4", "The disk is slow.");
    assertThat(EventLog.read(file).get(0).values()).containsEntry("norm", Double.NaN);
  }

  @Test
  void aCancelledRunEndsAtTheNextStepAfterItIsWritten() {
    Path file = folder.resolve("events.jsonl");
    try (EventLog log = EventLog.open(file)) {
      RunMonitor monitor = monitor(log);
      monitor.step(1, 2, Map.of());
      cancelled.set(true);
      monitor.event("still_written", Map.of());
      assertThatThrownBy(() -> monitor.step(2, 2, Map.of())).isInstanceOf(CancelledException.class);
    }
    assertThat(EventLog.read(file)).hasSize(3);
  }
}
