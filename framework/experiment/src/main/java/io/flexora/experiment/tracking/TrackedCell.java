package io.flexora.experiment.tracking;

import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import io.flexora.runstore.TrackingState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/** The metrics of one cell for a tracker: each step of a metric once, whoever goes on with it. */
final class TrackedCell implements AutoCloseable {

  /** The cell's group and the tracker. */
  record TrackingPlace(Path group, String key, Supplier<Tracker> tracker) {

    Path folder() {
      return group.resolve(TrackingState.FOLDER).resolve(key);
    }

    String name() {
      return group.toAbsolutePath().normalize().getFileName().toString();
    }
  }

  private final TrackingPlace place;
  private final String name;
  private final Supplier<SortedMap<String, String>> parameters;
  private final Map<String, Long> steps;
  private TrackingState state;
  private Optional<Tracking> open = Optional.empty();

  /**
   * Reads what was told.
   *
   * @param name the cell's name in its group
   */
  TrackedCell(TrackingPlace place, String name, Supplier<SortedMap<String, String>> parameters) {
    this.place = place;
    this.name = name;
    this.parameters = parameters;
    this.state =
        TrackingState.read(place.group(), place.key(), name).orElseGet(TrackingState::fresh);
    this.steps = new HashMap<>(state.steps());
  }

  TrackingState state() {
    return state;
  }

  /** Begins, if it was not begun. */
  private Tracking begun(Instant started) {
    if (open.isEmpty()) {
      String own = state.attempt() == 1 ? name : name + "." + state.attempt();
      Tracker.Run run =
          new Tracker.Run(state.id(), own, place.name(), place.folder(), started, parameters.get());
      // Its ID is kept first, so that the tracker finds what a process that dies now has begun.
      write(state);
      open = Optional.of(place.tracker().get().begin(run, state.position()));
      write(state.told(open.get().position(), steps));
    }
    return open.get();
  }

  private void write(TrackingState told) {
    state = told;
    state.write(place.group(), place.key(), name);
  }

  /**
   * Tells what was measured, without what was told before.
   *
   * @param started when the first of it happened
   */
  void metrics(Instant started, List<Tracking.Metric> metrics) {
    List<Tracking.Metric> missing = new ArrayList<>();
    Map<String, Long> reached = new HashMap<>(steps);
    for (Tracking.Metric metric : metrics) {
      if (metric.step() > reached.getOrDefault(metric.name(), -1L)) {
        reached.put(metric.name(), metric.step());
        missing.add(metric);
      }
    }
    // A cell that has ended is begun again only if there is something new to tell of it.
    if (missing.isEmpty() && state.end().isPresent()) {
      return;
    }
    Tracking tracking = begun(started);
    if (!missing.isEmpty()) {
      tracking.metrics(missing);
      steps.putAll(reached);
      write(state.told(tracking.position(), steps));
    }
  }

  /** Tells that the cell begins from nothing: what was told before stays as what has failed. */
  void restarted(int restarts, String cause, Path folder) {
    if (state.position().isPresent() && state.end().isEmpty()) {
      end(Ends.without(Status.FAILED, Optional.of(cause), folder));
    }
    close();
    steps.clear();
    state = state.again(restarts);
  }

  /** Tells how the cell ended, once. */
  void end(Tracking.End end) {
    if (state.end().equals(Optional.of(end.status()))) {
      return;
    }
    Tracking tracking = begun(end.time());
    tracking.end(end);
    write(state.ended(tracking.position(), end.status()));
    close();
  }

  /** Whether it is being told of. */
  boolean isOpen() {
    return open.isPresent();
  }

  @Override
  public void close() {
    Optional<Tracking> closing = open;
    open = Optional.empty();
    closing.ifPresent(Tracking::close);
  }
}
