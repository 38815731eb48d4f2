package io.flexora.experiment.cell;

import io.flexora.api.run.Event;
import io.flexora.api.run.Event.PhaseEnded;
import io.flexora.api.run.Event.PhaseFailed;
import io.flexora.api.run.Event.PhaseStarted;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Phase;
import io.flexora.results.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The cost of a phase, by the record. Its time is summed over all processes that worked on it: each
 * of its stretches lasts from its {@link PhaseStarted} to the last event of the phase in the same
 * process, which is a {@link PhaseFailed} where the phase failed. A stretch that ends before it
 * starts, as the clock was set back, counts as none.
 *
 * @since 0.1
 */
public final class PhaseRecord {

  private static final double MILLIS = 1e3;
  private static final String FURTHER_TRAINING = "further_training";

  private PhaseRecord() {}

  /** Marks the start of a stretch in the record of the cell. */
  static void start(Monitor cell, Phase phase) {
    cell.event(new PhaseStarted(phase.word()));
  }

  /** Marks the end of a phase, and its peak memory, in the record of the cell. */
  static void end(Monitor cell, Phase phase, long peakBytes) {
    cell.event(new PhaseEnded(phase.word(), peakBytes));
  }

  /** Marks the failure of a phase, until which its time counts, in the record of the cell. */
  static void fail(Monitor cell, Phase phase) {
    cell.event(new PhaseFailed(phase.word()));
  }

  /**
   * What marks the start of a stretch of one of the trainings in the training phase of a cell.
   *
   * @param checkpoints the name of the training's checkpoints
   */
  static Event furtherTraining(String checkpoints) {
    return new Event.Own(FURTHER_TRAINING, Map.of("checkpoints", Figure.of(checkpoints)));
  }

  /** Whether a process has begun with a phase. */
  static boolean hasBegun(List<RunEvent> record, String cell, Phase phase) {
    return record.stream().anyMatch(event -> starts(event, cell, phase));
  }

  /** Whether a phase has ended. */
  static boolean hasEnded(List<RunEvent> record, String cell, Phase phase) {
    return record.stream().anyMatch(event -> ends(event, cell, phase));
  }

  /** The peak memory of a phase in bytes; 0 if the phase has not ended. */
  static long peakBytes(List<RunEvent> record, String cell, Phase phase) {
    return record.stream()
        .filter(event -> ends(event, cell, phase))
        .mapToLong(event -> ((PhaseEnded) event.what()).peakMemoryBytes())
        .max()
        .orElse(0);
  }

  /** The seconds of each phase of a cell, by its word, whether or not the cell ended well. */
  public static Map<String, Double> seconds(List<RunEvent> record, String cell) {
    Map<String, Double> seconds = new TreeMap<>();
    for (Phase phase : Phase.values()) {
      seconds.put(phase.word(), seconds(record, cell, phase));
    }
    return seconds;
  }

  /** Sums up the stretches of a phase, in seconds. */
  static double seconds(List<RunEvent> record, String cell, Phase phase) {
    return seconds(record, cell, phase, event -> starts(event, cell, phase), event -> true);
  }

  /**
   * Sums up the stretches of one of the trainings in the training phase of a cell, in seconds. Each
   * ends where another training, or another process, begins.
   *
   * @param checkpoints the name of the training's checkpoints
   */
  static double secondsOfFurther(List<RunEvent> record, String cell, String checkpoints) {
    Event own = furtherTraining(checkpoints);
    return seconds(
        record,
        cell,
        Phase.TRAIN,
        event -> starts(event, cell, Phase.TRAIN) || isFurtherTraining(event, cell),
        event -> event.what().equals(own));
  }

  private static boolean isFurtherTraining(RunEvent event, String cell) {
    return event.cell().equals(cell) && event.kind().equals(FURTHER_TRAINING);
  }

  private static double seconds(
      List<RunEvent> record,
      String cell,
      Phase phase,
      Predicate<RunEvent> begins,
      Predicate<RunEvent> counts) {
    double seconds = 0;
    Instant from = null;
    Instant to = null;
    for (RunEvent event : record) {
      if (begins.test(event)) {
        seconds += between(from, to);
        from = counts.test(event) ? event.time() : null;
        to = from;
      } else if (from != null && belongs(event, cell, phase)) {
        to = event.time();
      }
    }
    return seconds + between(from, to);
  }

  private static boolean belongs(RunEvent event, String cell, Phase phase) {
    return event.cell().equals(cell)
        && (event.isIn(phase) || ends(event, cell, phase) || fails(event, cell, phase));
  }

  private static boolean starts(RunEvent event, String cell, Phase phase) {
    return event.cell().equals(cell)
        && event.what() instanceof PhaseStarted started
        && started.phase().equals(phase.word());
  }

  private static boolean ends(RunEvent event, String cell, Phase phase) {
    return event.cell().equals(cell)
        && event.what() instanceof PhaseEnded ended
        && ended.phase().equals(phase.word());
  }

  private static boolean fails(RunEvent event, String cell, Phase phase) {
    return event.cell().equals(cell)
        && event.what() instanceof PhaseFailed failed
        && failed.phase().equals(phase.word());
  }

  private static double between(Instant from, Instant to) {
    return from == null ? 0 : Math.max(0, Duration.between(from, to).toMillis()) / MILLIS;
  }
}
