package io.flexora.experiment.tracking;

import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Progress;
import io.flexora.api.track.Tracking;
import io.flexora.results.run.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The numbers of an event, by the names under which trackers know them. */
final class EventMetrics {

  private final RunEvent event;
  private final String prefix;
  private final List<Tracking.Metric> found = new ArrayList<>();

  private EventMetrics(RunEvent event, String prefix) {
    this.event = event;
    this.prefix = prefix;
  }

  /** Those of a step, or of what an extension tells of its own; none of other events. */
  static List<Tracking.Metric> of(RunEvent event) {
    String phase = event.phase().isEmpty() ? "" : event.phase() + "/";
    if (event.what() instanceof Event.StepDone step) {
      EventMetrics metrics = new EventMetrics(event, phase);
      metrics.add(Progress.TRAINING_LOSS, step.progress().trainingLoss());
      metrics.add(Progress.VALIDATION_LOSS, step.progress().validationLoss());
      metrics.add(step.progress().figures());
      return metrics.found;
    }
    if (event.what() instanceof Event.Own own) {
      EventMetrics metrics = new EventMetrics(event, phase + own.kind() + "/");
      metrics.add(own.figures());
      return metrics.found;
    }
    return List.of();
  }

  private void add(Map<String, Figure> figures) {
    new TreeMap<>(figures)
        .forEach(
            (name, figure) -> {
              add(name, figure.number());
              List<Double> numbers = figure.numbers();
              for (int i = 0; i < numbers.size(); i++) {
                add(name + "/" + i, OptionalDouble.of(numbers.get(i)));
              }
            });
  }

  private void add(String name, OptionalDouble value) {
    value.ifPresent(
        number ->
            found.add(new Tracking.Metric(prefix + name, event.step(), event.time(), number)));
  }
}
