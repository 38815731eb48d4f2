package io.flexora.source.hf;

import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * The limits of waiting for the Hub.
 *
 * @param connect for a connection
 * @param answer for the beginning of an answer, and for the next bytes of one
 * @param pause before the second attempt; twice as long before each further one
 */
record HubTimeouts(Duration connect, Duration answer, Duration pause) {
  /** How often something is tried that brings nothing new. */
  static final int ATTEMPTS = 5;

  /** The longest pause that is waited out; where the Hub asks for more, the user hears of it. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  static final HubTimeouts USUAL =
      new HubTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(1));

  /** The pause after so many failures. */
  Duration pauseAfter(int failures) {
    return pause.multipliedBy(1L << Math.min(failures - 1, 5));
  }

  /**
   * Waits.
   *
   * @param meanwhile what to do now and then
   */
  static void sleep(Duration duration, Runnable meanwhile) throws InterruptedIOException {
    long deadline = System.nanoTime() + duration.toNanos();
    try {
      for (long left = duration.toNanos(); left > 0; left = deadline - System.nanoTime()) {
        meanwhile.run();
        Thread.sleep(Math.min(100, 1 + left / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two attempts");
    }
  }
}
