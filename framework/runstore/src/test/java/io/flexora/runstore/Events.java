package io.flexora.runstore;

import io.flexora.api.report.RunEvent;
import java.time.Instant;
import java.util.Map;

/** Makes events for tests. */
final class Events {

  private Events() {}

  static RunEvent step(String cell, String phase, long step, Map<String, Object> values) {
    return new RunEvent(
        Instant.parse("2026-01-01T00:00:00.123456Z"), cell, phase, "step", step, values);
  }

  static RunEvent event(String cell, String phase, String kind, long step) {
    return new RunEvent(Instant.EPOCH, cell, phase, kind, step, Map.of());
  }
}
