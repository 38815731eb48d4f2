package io.flexora.experiment.tracking;

import io.flexora.api.run.Figure;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import io.flexora.results.run.CellOutcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The ends of cells, as trackers hear of them. */
final class Ends {

  private Ends() {}

  /** What came out of a cell. */
  static Tracking.End of(CellOutcome outcome, Path folder) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    SortedMap<String, String> notes = new TreeMap<>();
    outcome.metrics().forEach((name, value) -> metrics.put("evaluate/" + name, value.value()));
    outcome
        .testSets()
        .forEach(
            (set, found) ->
                found
                    .metrics()
                    .forEach(
                        (name, value) ->
                            metrics.put("evaluate/" + set + "/" + name, value.value())));
    outcome.figures().forEach((name, figure) -> add(metrics, name, figure));
    outcome.seconds().forEach((phase, seconds) -> metrics.put(phase + "/seconds", seconds));
    outcome
        .peakMemoryBytes()
        .forEach((phase, bytes) -> metrics.put(phase + "/peak_memory_bytes", (double) bytes));
    outcome.versions().forEach((name, version) -> notes.put("version." + name, version));
    if (outcome.failure().isEmpty()) {
      metrics.put("trainable_parameters", (double) outcome.trainableParameters());
      notes.put("selected_layers", text(outcome.selectedLayers()));
      outcome.deciding().ifPresent(name -> notes.put("deciding_metric", name));
    }
    Status status = outcome.failure().isPresent() ? Status.FAILED : Status.FINISHED;
    return new Tracking.End(status, Instant.now(), outcome.failure(), metrics, notes, folder);
  }

  private static void add(SortedMap<String, Double> metrics, String name, Figure figure) {
    figure.number().ifPresent(number -> metrics.put("posterior/" + name, number));
  }

  private static String text(List<Integer> layers) {
    return layers.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** A cell that did not come to its end. */
  static Tracking.End without(Status status, Optional<String> cause, Path folder) {
    return new Tracking.End(status, Instant.now(), cause, new TreeMap<>(), new TreeMap<>(), folder);
  }
}
