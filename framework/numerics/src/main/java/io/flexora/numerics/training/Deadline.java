package io.flexora.numerics.training;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The end of the time that a training may still take, from when this is made.
 *
 * @since 0.1
 */
public final class Deadline {

  private final LongSupplier nanoTime;
  private final long begin;
  private final Optional<Duration> limit;

  /**
   * Starts the time.
   *
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param limit the time; empty for no end
   */
  public Deadline(LongSupplier nanoTime, Optional<Duration> limit) {
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
    this.limit = limit;
  }

  /** Whether the time is over; never if there is no end. */
  public boolean isOver() {
    return limit.map(time -> nanoTime.getAsLong() - begin >= time.toNanos()).orElse(false);
  }
}
