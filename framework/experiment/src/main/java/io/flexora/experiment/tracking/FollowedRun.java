package io.flexora.experiment.tracking;

import io.flexora.api.run.Event;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import io.flexora.experiment.tracking.TrackedCell.TrackingPlace;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.EventTail;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/** A run whose record is followed for a tracker, from its beginning. */
final class FollowedRun implements AutoCloseable {

  private final Path run;
  private final TrackingPlace place;
  private final UnaryOperator<String> naming;
  private final EventTail tail;
  private final Map<String, TrackedCell> cells = new LinkedHashMap<>();
  private final Map<String, Integer> restarts = new HashMap<>();
  private boolean begun;

  /**
   * Follows.
   *
   * @param naming the name of a cell of the run in the tracked group
   */
  FollowedRun(Path run, TrackingPlace place, UnaryOperator<String> naming) {
    this.run = run;
    this.place = place;
    this.naming = naming;
    this.tail = EventTail.ofRun(run);
  }

  /**
   * Tells what has happened since the last look.
   *
   * @param over whether the run is over, for now; a failure that a run finds in its folder may be
   *     that of an earlier try before that
   */
  void look(boolean over) {
    if (tellMore() || over) {
      // What a cell ended with is in the record by now.
      Map<String, CellOutcome> ended = outcomes();
      tellMore();
      ended.forEach(
          (cell, outcome) -> {
            if (over || outcome.failure().isEmpty()) {
              of(cell).end(Ends.of(outcome, folder(cell)));
            }
          });
    }
  }

  private boolean tellMore() {
    List<RunEvent> events = tail.more();
    if (!begun) {
      begun = true;
      recogniseRecord(events);
    }
    tellAll(events);
    return !events.isEmpty();
  }

  private Path folder(String cell) {
    return run.resolve("cells").resolve(cell);
  }

  private Map<String, CellOutcome> outcomes() {
    Map<String, CellOutcome> found = new LinkedHashMap<>();
    for (String cell : RunFolder.cells(run)) {
      RunFolder.readCell(run, cell).outcome().ifPresent(outcome -> found.put(cell, outcome));
    }
    return found;
  }

  /** A record with fewer restarts than were told is another one than was followed before. */
  private void recogniseRecord(List<RunEvent> events) {
    Map<String, Integer> found = new HashMap<>();
    for (RunEvent event : events) {
      if (!event.cell().isEmpty()) {
        found.merge(event.cell(), isRestart(event) ? 1 : 0, Integer::sum);
      }
    }
    found.forEach(
        (cell, count) -> {
          if (count < of(cell).state().restarts()) {
            of(cell).restarted(0, "a new record began", folder(cell));
          }
        });
  }

  private static boolean isRestart(RunEvent event) {
    return event.what() instanceof Event.CellRestarted;
  }

  private TrackedCell of(String cell) {
    return cells.computeIfAbsent(
        cell, c -> new TrackedCell(place, naming.apply(c), () -> parameters(c)));
  }

  private SortedMap<String, String> parameters(String cell) {
    return Parameters.of(RunFolder.readConfiguration(run), RunCell.of(cell).trained());
  }

  private void tellAll(List<RunEvent> events) {
    Map<String, List<Tracking.Metric>> pending = new LinkedHashMap<>();
    Map<String, Instant> since = new HashMap<>();
    for (RunEvent event : events) {
      if (isRestart(event)) {
        flush(pending, since);
        restart(event);
      } else if (!event.cell().isEmpty()
          && restarts.getOrDefault(event.cell(), 0) >= of(event.cell()).state().restarts()) {
        since.putIfAbsent(event.cell(), event.time());
        pending
            .computeIfAbsent(event.cell(), c -> new ArrayList<>())
            .addAll(EventMetrics.of(event));
      }
    }
    flush(pending, since);
  }

  private void flush(Map<String, List<Tracking.Metric>> pending, Map<String, Instant> since) {
    pending.forEach((cell, metrics) -> of(cell).metrics(since.get(cell), metrics));
    pending.clear();
  }

  private void restart(RunEvent event) {
    String cause = ((Event.CellRestarted) event.what()).cause();
    if (event.cell().isEmpty()) {
      restarts.clear();
      cells.forEach((name, cell) -> cell.restarted(0, cause, folder(name)));
      return;
    }
    int count = restarts.merge(event.cell(), 1, Integer::sum);
    if (count > of(event.cell()).state().restarts()) {
      of(event.cell()).restarted(count, cause, folder(event.cell()));
    }
  }

  /** Tells of what did not come to its end how it stopped. */
  void stop(Status status, Optional<String> cause) {
    cells.forEach(
        (name, cell) -> {
          if (cell.isOpen()) {
            cell.end(Ends.without(status, cause, folder(name)));
          }
        });
  }

  @Override
  public void close() {
    cells.values().forEach(TrackedCell::close);
  }
}
