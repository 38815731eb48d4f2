package io.flexora.files.machine;

import io.flexora.api.run.CancelledException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A limit of the time that work of another's making may take, such as a query that a user wrote.
 * The work has a thread of its own. It is asked to stop when its time is up; native code that does
 * not stop within half a second is left behind in its thread, which keeps no program from its end.
 *
 * @param time how long it may take
 * @since 0.1
 */
public record TimeLimit(Duration time) {

  private static final long GRACE_MILLIS = 500;

  /**
   * Work that throws an exception of its own.
   *
   * @param <T> what it finds
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {

    /** Does it. */
    T run() throws E;
  }

  /**
   * Does some work.
   *
   * @param stop asks the work to end, from a thread of its own
   * @throws TimeoutException if it took longer
   * @throws CancelledException if the waiting thread was interrupted, which it still is then
   * @throws E as the work does
   */
  @SuppressWarnings("unchecked") // the work throws E and what need not be declared
  public <T, E extends Exception> T spend(Work<T, E> work, Runnable stop)
      throws E, TimeoutException {
    CompletableFuture<T> result = new CompletableFuture<>();
    start(() -> finish(work, result));
    try {
      return result.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      end(stop, result);
      throw e;
    } catch (InterruptedException e) {
      end(stop, result);
      Thread.currentThread().interrupt();
      throw (CancelledException) new CancelledException().initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (E) e.getCause();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "time-limit");
    thread.setDaemon(true);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
  }

  private static <T> void finish(Work<T, ?> work, CompletableFuture<T> result) {
    try {
      result.complete(work.run());
    } catch (Throwable e) {
      // The thread that waits throws it.
      result.completeExceptionally(e);
    }
  }

  /** Native code may hold up the request to end, too. */
  private static void end(Runnable stop, CompletableFuture<?> result) {
    start(stop);
    try {
      result.orTimeout(GRACE_MILLIS, TimeUnit.MILLISECONDS).join();
    } catch (CompletionException | CancellationException e) {
      // How it ended no longer counts.
    }
  }
}
