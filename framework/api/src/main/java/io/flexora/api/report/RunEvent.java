package io.flexora.api.report;

import java.time.Instant;
import java.util.Map;

/**
 * One line of a run's record.
 *
 * @param time when it happened
 * @param cell the cell it belongs to; {@code ""} for the run itself
 * @param phase {@code search}, {@code train}, {@code evaluate}, or {@code ""} outside of one
 * @param kind {@code step}, or what happened
 * @param step the steps done in the phase; 0 outside of one
 * @param values figures by name: numbers, strings, booleans, and lists of numbers
 * @since 0.1
 */
public record RunEvent(
    Instant time, String cell, String phase, String kind, long step, Map<String, Object> values) {

  /** Copies the values. */
  public RunEvent {
    values = Map.copyOf(values);
  }
}
