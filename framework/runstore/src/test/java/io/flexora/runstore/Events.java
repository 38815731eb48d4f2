package io.flexora.runstore;

import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;

/** Makes events for tests. */
final class Events {

  private Events() {}

  static RunEvent step(String cell, String phase, long step, Map<String, Figure> figures) {
    OptionalDouble none = OptionalDouble.empty();
    return new RunEvent(
        Instant.parse("2026-01-01T00:00:00.123456Z"),
        cell,
        phase,
        step,
        new Event.StepDone(new Progress(step, 20_000, none, none, figures)));
  }

  static RunEvent event(String cell, String phase, String kind, long step) {
    Event what =
        kind.equals(Event.kind(Event.Resumed.class))
            ? new Event.Resumed()
            : new Event.Own(kind, Map.of());
    return new RunEvent(Instant.EPOCH, cell, phase, step, what);
  }
}
