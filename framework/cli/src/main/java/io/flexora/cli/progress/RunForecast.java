package io.flexora.cli.progress;

import io.flexora.api.run.Phase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Estimates how long the whole run still takes: the phase that runs goes on at its pace, and each
 * phase to come takes as long as those of its name did in the cells before.
 *
 * @since 0.1
 */
public final class RunForecast implements Forecast {

  private static final List<String> PHASES = Stream.of(Phase.values()).map(Phase::word).toList();

  private final Set<String> cells;
  private final InstantSource clock;
  private final Map<String, List<Double>> seconds = new HashMap<>();
  private final Map<String, Stretch> running = new HashMap<>();

  /** A phase since its first step that was seen; times in milliseconds. */
  private record Stretch(String name, long began, long now, long firstDone, long done, long total) {

    Stretch at(Step step, long time) {
      return new Stretch(name, began, time, firstDone, step.done(), step.total());
    }

    double seconds() {
      return (now - began) / 1e3;
    }

    Optional<Double> left() {
      long measured = done - firstDone;
      return measured <= 0
          ? Optional.empty()
          : Optional.of(seconds() / measured * Math.max(0, total - done));
    }
  }

  /** Begins with the names of the cells of the run, in order. */
  public RunForecast(List<String> cells, InstantSource clock) {
    this.cells = new LinkedHashSet<>(cells);
    this.clock = clock;
  }

  /** Knows of no cells. */
  static RunForecast none() {
    return new RunForecast(List.of(), InstantSource.system());
  }

  @Override
  public synchronized void observe(Step step) {
    if (step.cell().isEmpty()) {
      return;
    }
    long now = clock.millis();
    Stretch phase = running.get(step.cell());
    if (phase == null) {
      skipCellsBefore(step.cell());
    }
    if (phase == null || !phase.name().equals(step.phase())) {
      finish(phase);
      phase = new Stretch(step.phase(), now, now, step.done(), step.done(), step.total());
    }
    running.put(step.cell(), phase.at(step, now));
    if (step.ends() && step.phase().equals(Phase.EVALUATE.word())) {
      finish(running.get(step.cell()));
      cells.remove(step.cell());
    }
  }

  @Override
  public synchronized Optional<Estimate> estimate() {
    double left = 0;
    boolean whole = true;
    for (String cell : cells) {
      for (Optional<Double> part : parts(running.get(cell))) {
        whole &= part.isPresent();
        left += part.orElse(0.0);
      }
    }
    return left > 0
        ? Optional.of(new Estimate(Duration.ofMillis((long) (left * 1e3)), whole))
        : Optional.empty();
  }

  /** The seconds that a cell which runs takes yet, as far as anything is known of its phases. */
  synchronized double secondsLeft(String cell) {
    Stretch phase = running.get(cell);
    return phase == null ? 0 : parts(phase).stream().mapToDouble(part -> part.orElse(0.0)).sum();
  }

  /** The cells before this one had ended when a resumed run began. */
  private void skipCellsBefore(String cell) {
    Iterator<String> before = cells.iterator();
    while (cells.contains(cell) && before.hasNext()) {
      String other = before.next();
      if (other.equals(cell)) {
        break;
      }
      if (!running.containsKey(other)) {
        before.remove();
      }
    }
    cells.add(cell);
  }

  private List<Optional<Double>> parts(Stretch phase) {
    List<Optional<Double>> parts = new ArrayList<>();
    int next = PHASES.indexOf(Phase.TRAIN.word());
    if (phase != null) {
      parts.add(phase.left());
      next = PHASES.indexOf(phase.name()) + 1;
    }
    PHASES.subList(next, PHASES.size()).forEach(name -> parts.add(usual(name)));
    return parts;
  }

  private Optional<Double> usual(String phase) {
    return Optional.ofNullable(seconds.get(phase))
        .map(seen -> seen.stream().mapToDouble(Double::doubleValue).average().orElse(0));
  }

  private void finish(Stretch phase) {
    if (phase != null) {
      seconds.computeIfAbsent(phase.name(), n -> new ArrayList<>()).add(phase.seconds());
    }
  }
}
