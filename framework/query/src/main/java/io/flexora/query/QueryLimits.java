package io.flexora.query;

import io.flexora.files.machine.MemorySize;
import java.time.Duration;

/**
 * The limits of a query.
 *
 * @param time how long it may compute, beside the reading of the runs
 * @param memory how much memory the database may have, which holds the runs, too
 * @since 0.1
 */
public record QueryLimits(Duration time, MemorySize memory) {

  private static final Duration USUAL_TIME = Duration.ofMinutes(1);

  /** A minute, and half of the memory that is free. */
  public static QueryLimits usual() {
    return new QueryLimits(USUAL_TIME, MemorySize.halfOfFree());
  }
}
