package io.flexora.web;

import io.flexora.api.report.RunEvent;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.EventTail;
import io.flexora.runstore.RunMonitor;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the record of one cell tells: its losses, where it stands, and what is worth knowing. */
final class CellCurves {

  private static final int NOTICES = 20;
  private static final String LOSS = "loss";

  private record Figure(String phase, String name) {}

  /** A sentence for the user. */
  record Notice(String time, String sentence) {}

  private final EventTail tail;
  private final Map<Figure, Curve> curves = new LinkedHashMap<>();
  private final Deque<Notice> notices = new ArrayDeque<>();
  private String phase = "";
  private long step;

  CellCurves(Path cell) {
    tail = new EventTail(EventLog.in(cell));
  }

  /** Reads what is new. */
  void read() {
    tail.more().forEach(this::observe);
  }

  private void observe(RunEvent event) {
    if (!event.phase().isEmpty()) {
      phase = event.phase();
      step = event.step();
    }
    switch (event.kind()) {
      case RunMonitor.STEP -> event.values().forEach((name, value) -> add(event, name, value));
      case RunMonitor.RESUMED -> curves.forEach((figure, curve) -> goBack(figure, curve, event));
      case RunMonitor.NOTICE -> notice(event);
      default -> {
        // Events of no interest here.
      }
    }
  }

  private void add(RunEvent event, String name, Object value) {
    if (name.endsWith(LOSS)
        && value instanceof Number number
        && Double.isFinite(number.doubleValue())) {
      curves
          .computeIfAbsent(new Figure(event.phase(), name), figure -> new Curve())
          .add(event.step(), number.doubleValue());
    }
  }

  private static void goBack(Figure figure, Curve curve, RunEvent event) {
    if (figure.phase().equals(event.phase())) {
      curve.backTo(event.step());
    }
  }

  private void notice(RunEvent event) {
    notices.add(
        new Notice(
            event.time().toString(), String.valueOf(event.values().getOrDefault("sentence", ""))));
    if (notices.size() > NOTICES) {
      notices.remove();
    }
  }

  String phase() {
    return phase;
  }

  long step() {
    return step;
  }

  List<Notice> notices() {
    return List.copyOf(notices);
  }

  /** The curves, each with its phase, the figure's name and its points. */
  List<Map<String, Object>> json() {
    List<Map<String, Object>> json = new ArrayList<>();
    curves.forEach(
        (figure, curve) ->
            json.add(
                Map.of("phase", figure.phase(), "name", figure.name(), "points", curve.shown())));
    return json;
  }
}
