package io.flexora.web;

import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventTail;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The curves of a run's record: its losses, its progress, and its notices. */
final class RecordCurves {

  private static final int NOTICES = 20;

  private record Line(String cell, String phase, String name) {}

  /** A sentence for the user. */
  record TimedNotice(String time, String sentence) {}

  private final EventTail tail;
  private final Map<Line, StepCurve> curves = new LinkedHashMap<>();
  private final Map<String, Map<String, List<Double>>> layers = new TreeMap<>();
  private final Deque<TimedNotice> notices = new ArrayDeque<>();
  private Optional<Instant> last = Optional.empty();
  private String phase = "";
  private String cell = "";
  private long step;
  private long total;

  RecordCurves(Path run) {
    tail = FlexoraHost.followRun(run);
  }

  /** Reads what is new. */
  void read() {
    tail.more().forEach(this::observe);
  }

  private void observe(RunEvent event) {
    last = Optional.of(event.time());
    if (!event.phase().isEmpty()) {
      phase = event.phase();
      step = event.step();
      cell = event.cell();
      total = 0;
    }
    if (event.what() instanceof Event.StepDone step) {
      Progress told = step.progress();
      total = told.total();
      told.figures().forEach((name, figure) -> layers(event, name, figure.numbers()));
      told.trainingLoss().ifPresent(loss -> add(event, Progress.TRAINING_LOSS, loss));
      told.validationLoss().ifPresent(loss -> add(event, Progress.VALIDATION_LOSS, loss));
    } else if (event.what() instanceof Event.CellRestarted) {
      curves.keySet().removeIf(line -> line.cell().equals(event.cell()));
      layers.remove(event.cell());
    } else if (event.what() instanceof Event.Resumed) {
      curves.forEach((line, curve) -> goBack(line, curve, event));
    } else if (event.what() instanceof Event.Notice notice) {
      notice(event, notice.sentence());
    }
  }

  private void layers(RunEvent event, String name, List<Double> numbers) {
    if (event.isIn(Phase.SEARCH) && numbers.size() > 1) {
      layers.computeIfAbsent(event.cell(), c -> new TreeMap<>()).put(name, numbers);
    }
  }

  private void add(RunEvent event, String name, double value) {
    if (Double.isFinite(value)) {
      curves
          .computeIfAbsent(new Line(event.cell(), event.phase(), name), line -> new StepCurve())
          .add(event.step(), value);
    }
  }

  private static void goBack(Line line, StepCurve curve, RunEvent event) {
    if (line.phase().equals(event.phase()) && line.cell().equals(event.cell())) {
      curve.backTo(event.step());
    }
  }

  private void notice(RunEvent event, String sentence) {
    notices.add(new TimedNotice(event.time().toString(), sentence));
    if (notices.size() > NOTICES) {
      notices.remove();
    }
  }

  /** When its last event happened. */
  Optional<Instant> last() {
    return last;
  }

  String phase() {
    return phase;
  }

  long step() {
    return step;
  }

  List<TimedNotice> notices() {
    return List.copyOf(notices);
  }

  /** The steps of the phase where it stands; 0 if that is not known. */
  long total() {
    return total;
  }

  /** The cell where it stands; empty outside of one. */
  String cell() {
    return cell;
  }

  /** The numbers of each layer that the latest step of a cell's search told, by name. */
  Map<String, Map<String, List<Double>>> layers() {
    return layers;
  }

  /** The curves, each with its cell, its phase, the figure's name and its points. */
  List<Map<String, Object>> json() {
    List<Map<String, Object>> json = new ArrayList<>();
    curves.forEach(
        (line, curve) ->
            json.add(
                Map.of(
                    "cell", line.cell(),
                    "phase", line.phase(),
                    "name", line.name(),
                    "points", curve.shown())));
    return json;
  }
}
