package io.flexora.experiment.cell;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The end of the time that a search may take, from when this is made. */
public final class SearchDeadline {

  private final LongSupplier nanoTime;
  private final Optional<Duration> limit;
  private final long begin;
  private boolean ended;

  /**
   * Starts the time.
   *
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param limit the time; empty for no end
   */
  SearchDeadline(LongSupplier nanoTime, Optional<Duration> limit) {
    this.nanoTime = nanoTime;
    this.limit = limit;
    this.begin = nanoTime.getAsLong();
  }

  /** No end. */
  public static SearchDeadline none() {
    return new SearchDeadline(System::nanoTime, Optional.empty());
  }

  /** Whether the time is over; a search that hears so ends. */
  boolean isOver() {
    ended |= limit.map(time -> nanoTime.getAsLong() - begin >= time.toNanos()).orElse(false);
    return ended;
  }

  /** Whether the search heard that its time is over. */
  boolean hasEndedTheSearch() {
    return ended;
  }
}
