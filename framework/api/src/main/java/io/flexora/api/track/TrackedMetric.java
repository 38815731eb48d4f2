package io.flexora.api.track;

import java.time.Instant;
import java.util.Objects;

/**
 * A number that was measured in a step.
 *
 * @param name the phase and what was measured, such as {@code train/training_loss}; an element of a
 *     list has its index behind that, {@code search/alpha/3}
 * @param step the steps of the phase done so far
 * @param time the time of the measurement
 * @param value the number; NaN where there is none
 * @since 0.1
 */
public record TrackedMetric(String name, long step, Instant time, double value) {

  /** Refuses null. */
  public TrackedMetric {
    Objects.requireNonNull(name);
    Objects.requireNonNull(time);
  }
}
