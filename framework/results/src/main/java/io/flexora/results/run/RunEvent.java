package io.flexora.results.run;

import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import java.time.Instant;
import java.util.Objects;

/**
 * One line of a run's record, or of a comparison's ledger.
 *
 * @param time when it happened
 * @param cell the cell it belongs to; {@code ""} for the run or the comparison itself
 * @param phase the {@linkplain Phase#word word} of the phase, or {@code ""} outside of one
 * @param step the steps done in the phase; 0 outside of one
 * @param what what happened
 * @since 0.1
 */
public record RunEvent(Instant time, String cell, String phase, long step, Event what) {

  /** Requires all of it. */
  public RunEvent {
    Objects.requireNonNull(time);
    Objects.requireNonNull(cell);
    Objects.requireNonNull(phase);
    Objects.requireNonNull(what);
  }

  /** Whether it belongs to a phase. */
  public boolean isIn(Phase asked) {
    return phase.equals(asked.word());
  }

  /** The kind of what happened. */
  public String kind() {
    return what.kind();
  }
}
