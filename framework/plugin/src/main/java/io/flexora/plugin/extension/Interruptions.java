package io.flexora.plugin.extension;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The recognition of failures of an interrupted thread, which can read from no channel any more.
 */
final class Interruptions {

  private Interruptions() {}

  /** Whether the thread that asks is interrupted, and something has failed of that. */
  static boolean areCauseOf(Throwable failure) {
    return Thread.currentThread().isInterrupted()
        && Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
            .anyMatch(
                cause ->
                    cause instanceof ClosedByInterruptException
                        || cause instanceof InterruptedIOException
                        || cause instanceof InterruptedException);
  }
}
