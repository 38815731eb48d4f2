package io.flexora.runstore;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that begins at the time of day and then counts seconds that have passed: where somebody
 * sets the time of day, what lasted from one record to the next stays true.
 *
 * @since 0.1
 */
public final class SteadyClock extends Clock {

  private static final SteadyClock OF_THIS_PROCESS =
      new SteadyClock(Clock.systemUTC(), System::nanoTime);

  private final Clock begin;
  private final Instant began;
  private final LongSupplier nanos;
  private final long nanosAtBegin;

  /**
   * Makes a clock.
   *
   * @param begin tells the time at which it begins
   * @param nanos counts nanoseconds from anywhere on
   */
  SteadyClock(Clock begin, LongSupplier nanos) {
    this.begin = begin;
    this.began = begin.instant();
    this.nanos = nanos;
    this.nanosAtBegin = nanos.getAsLong();
  }

  /** The one that all records of this process take their times from. */
  public static Clock ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  @Override
  public Instant instant() {
    return began.plusNanos(nanos.getAsLong() - nanosAtBegin);
  }

  @Override
  public ZoneId getZone() {
    return begin.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new SteadyClock(begin.withZone(zone), nanos);
  }
}
