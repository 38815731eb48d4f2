package io.flexora.trainer.lora;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The time that a training took, counting what it took before it was resumed. */
final class Stopwatch {

  private final LongSupplier nanoTime;
  private final long origin;

  /**
   * Starts.
   *
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param before what the training took already
   */
  Stopwatch(LongSupplier nanoTime, Duration before) {
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong() - before.toNanos();
  }

  Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - origin);
  }
}
