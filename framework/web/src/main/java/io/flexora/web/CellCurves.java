package io.flexora.web;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.EventTail;
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

  private record Figure(String phase, String name) {}

  /** A sentence for the user. */
  record Notice(String time, String sentence) {}

  private final EventTail tail;
  private final Map<Figure, Curve> curves = new LinkedHashMap<>();
  private final Deque<Notice> notices = new ArrayDeque<>();
  private String phase = "";
  private long step;

  CellCurves(Path cell) {
    tail = FlexoraHost.followRun(cell);
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
    if (event.what() instanceof Event.StepDone step) {
      Progress told = step.progress();
      told.trainingLoss().ifPresent(loss -> add(event, Progress.TRAINING_LOSS, loss));
      told.validationLoss().ifPresent(loss -> add(event, Progress.VALIDATION_LOSS, loss));
    } else if (event.what() instanceof Event.CellRestarted) {
      curves.clear();
    } else if (event.what() instanceof Event.Resumed) {
      curves.forEach((figure, curve) -> goBack(figure, curve, event));
    } else if (event.what() instanceof Event.Notice notice) {
      notice(event, notice.sentence());
    }
  }

  private void add(RunEvent event, String name, double value) {
    if (Double.isFinite(value)) {
      curves
          .computeIfAbsent(new Figure(event.phase(), name), figure -> new Curve())
          .add(event.step(), value);
    }
  }

  private static void goBack(Figure figure, Curve curve, RunEvent event) {
    if (figure.phase().equals(event.phase())) {
      curve.backTo(event.step());
    }
  }

  private void notice(RunEvent event, String sentence) {
    notices.add(new Notice(event.time().toString(), sentence));
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
