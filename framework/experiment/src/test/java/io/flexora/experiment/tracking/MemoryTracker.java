package io.flexora.experiment.tracking;

import io.flexora.api.plugin.Component;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps what it was told; goes on by cutting back, as trackers do that write files. */
final class MemoryTracker implements Tracker, Component<Tracker> {

  /** What it was told of a cell. */
  static final class Told {
    final List<Tracking.Metric> metrics = new ArrayList<>();
    final List<Tracking.End> ends = new ArrayList<>();
    Tracker.Run run;
    int begun;
    int open;
  }

  final Map<String, Told> told = new ConcurrentSkipListMap<>();
  private final String name;

  MemoryTracker(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Tracker get() {
    return this;
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public Tracking begin(Tracker.Run run, Optional<String> position) {
    Told cell = told.computeIfAbsent(run.name(), n -> new Told());
    cell.run = run;
    cell.begun++;
    cell.open++;
    int length = position.map(Integer::parseInt).orElse(0);
    cell.metrics.subList(length, cell.metrics.size()).clear();
    return new Tracking() {
      @Override
      public void metrics(List<Tracking.Metric> metrics) {
        cell.metrics.addAll(metrics);
        afterMetrics(cell);
      }

      @Override
      public void end(Tracking.End end) {
        cell.ends.add(end);
      }

      @Override
      public String position() {
        return String.valueOf(cell.metrics.size());
      }

      @Override
      public void close() {
        cell.open--;
      }
    };
  }

  private Runnable trouble = () -> {};

  /** Lets something happen whenever metrics were told. */
  MemoryTracker with(Runnable happening) {
    trouble = happening;
    return this;
  }

  private void afterMetrics(Told cell) {
    if (!cell.metrics.isEmpty()) {
      trouble.run();
    }
  }
}
