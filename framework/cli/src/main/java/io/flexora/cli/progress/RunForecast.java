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
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Estimates how long the whole run still takes: the phase that runs goes on at its recent pace, and
 * each phase to come takes the median of those of its name, which is the one that runs as long as
 * none has ended.
 *
 * @since 0.1
 */
public final class RunForecast implements Forecast {

  private static final List<String> PHASES = Stream.of(Phase.values()).map(Phase::word).toList();

  private final Set<String> cells;
  private final InstantSource clock;
  private final Map<String, List<Double>> seconds = new HashMap<>();
  private final Map<String, PhasePace> running = new HashMap<>();
  private OptionalLong last = OptionalLong.empty();

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
    PhasePace phase = running.get(step.cell());
    if (phase == null) {
      skipCellsBefore(step.cell());
    }
    if (phase == null || !phase.name().equals(step.phase())) {
      finish(phase);
      phase = new PhasePace(step.phase(), last.orElse(now));
      running.put(step.cell(), phase);
    }
    phase.observe(step, now);
    last = OptionalLong.of(now);
    if (step.ends() && step.phase().equals(Phase.EVALUATE.word())) {
      finish(phase);
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
    PhasePace phase = running.get(cell);
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

  private List<Optional<Double>> parts(PhasePace phase) {
    List<Optional<Double>> parts = new ArrayList<>();
    int next = PHASES.indexOf(Phase.TRAIN.word());
    if (phase != null) {
      parts.add(phase.left(ended(phase.name())));
      next = PHASES.indexOf(phase.name()) + 1;
    }
    PHASES.subList(next, PHASES.size()).forEach(name -> parts.add(usual(name)));
    return parts;
  }

  /** The median of those that have ended, or else of those that run, at their pace. */
  private Optional<Double> usual(String phase) {
    return ended(phase)
        .or(
            () ->
                median(
                    running.values().stream()
                        .filter(other -> other.name().equals(phase))
                        .flatMap(other -> other.whole().stream())));
  }

  private Optional<Double> ended(String phase) {
    return median(seconds.getOrDefault(phase, List.of()).stream());
  }

  private static Optional<Double> median(Stream<Double> values) {
    List<Double> sorted = values.sorted().toList();
    int half = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
  }

  private void finish(PhasePace phase) {
    if (phase != null) {
      seconds.computeIfAbsent(phase.name(), n -> new ArrayList<>()).add(phase.seconds());
    }
  }
}
