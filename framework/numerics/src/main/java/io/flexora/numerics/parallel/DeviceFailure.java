package io.flexora.numerics.parallel;

import ai.djl.engine.EngineException;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The failure of a device's thread. */
final class DeviceFailure {

  private DeviceFailure() {}

  /**
   * Waits for the result.
   *
   * @param device the device, for the message
   * @throws RuntimeException what the work threw, with the device in its message
   */
  static <T> T awaited(Future<T> work, String device) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return work.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw named(device, e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The same failure with the device in its message; errors of the virtual machine stay. */
  private static RuntimeException named(String device, Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof CancelledException cancelled) {
      return cancelled;
    }
    String message = device + ": " + cause.getMessage();
    if (cause instanceof FlexoraException) {
      return new FlexoraException(message, cause);
    }
    // Whoever looks for exhausted memory looks for the engine's exception.
    return cause instanceof EngineException
        ? new EngineException(message, cause)
        : new IllegalStateException(device + ": " + cause, cause);
  }
}
