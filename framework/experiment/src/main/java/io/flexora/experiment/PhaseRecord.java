package io.flexora.experiment;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Monitor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the record says of the cost of a phase. Its time is summed over all processes that worked on
 * it: each of its stretches lasts from its {@value #STARTED} to the last event of the phase in the
 * same process.
 */
final class PhaseRecord {

  private static final String STARTED = "phase_started";
  private static final String ENDED = "phase_ended";
  private static final String PEAK = "peak_memory_bytes";
  private static final double MILLIS = 1e3;

  private PhaseRecord() {}

  /** Marks the start of a stretch in the record of the cell. */
  static void start(Monitor cell, Phase phase) {
    cell.event(STARTED, Map.of("phase", phase.word()));
  }

  /** Marks the end of a phase, and its peak memory, in the record of the cell. */
  static void end(Monitor cell, Phase phase, long peakBytes) {
    cell.event(ENDED, Map.of("phase", phase.word(), PEAK, peakBytes));
  }

  /** The peak memory of a phase in bytes; 0 if the phase has not ended. */
  static long peakBytes(List<RunEvent> record, String cell, Phase phase) {
    return record.stream()
        .filter(event -> marks(event, cell, phase, ENDED))
        .mapToLong(event -> ((Number) event.values().get(PEAK)).longValue())
        .max()
        .orElse(0);
  }

  /** Sums up the stretches of a phase, in seconds. */
  static double seconds(List<RunEvent> record, String cell, Phase phase) {
    double seconds = 0;
    Instant from = null;
    Instant to = null;
    for (RunEvent event : record) {
      if (marks(event, cell, phase, STARTED)) {
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
        && (event.phase().equals(phase.word()) || marks(event, cell, phase, ENDED));
  }

  private static boolean marks(RunEvent event, String cell, Phase phase, String kind) {
    return event.cell().equals(cell)
        && event.kind().equals(kind)
        && phase.word().equals(event.values().get("phase"));
  }

  private static double between(Instant from, Instant to) {
    return from == null ? 0 : Duration.between(from, to).toMillis() / MILLIS;
  }
}
