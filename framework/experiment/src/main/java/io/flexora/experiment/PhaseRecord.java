package io.flexora.experiment;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Event.PhaseEnded;
import io.flexora.api.run.Event.PhaseFailed;
import io.flexora.api.run.Event.PhaseStarted;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the record says of the cost of a phase. Its time is summed over all processes that worked on
 * it: each of its stretches lasts from its {@link PhaseStarted} to the last event of the phase in
 * the same process, which is a {@link PhaseFailed} where the phase failed.
 *
 * @since 0.1
 */
public final class PhaseRecord {

  private static final double MILLIS = 1e3;

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
    double seconds = 0;
    Instant from = null;
    Instant to = null;
    for (RunEvent event : record) {
      if (starts(event, cell, phase)) {
        seconds += between(from, to);
        from = event.time();
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
    return from == null ? 0 : Duration.between(from, to).toMillis() / MILLIS;
  }
}
