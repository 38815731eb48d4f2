package io.flexora.plugin.felix;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Runs a plugin's code in a thread of its own and goes on without it when it takes too long. A
 * thread that ignores its interruption stays, as a daemon, until the process ends.
 */
public final class CallLimit {

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Duration limit;

  public CallLimit(Duration limit) {
    this.limit = limit;
  }

  /**
   * Runs the code.
   *
   * @throws TimeoutException if it did not end in time
   * @throws ExecutionException with what it threw
   */
  public <T> T run(String name, ClassLoader context, Callable<T> code)
      throws TimeoutException, ExecutionException {
    return run(name, context, code, () -> false);
  }

  /**
   * Runs the code.
   *
   * @param mayGoOn is asked at the limit, before the interruption, whether the code may take twice
   *     as long
   */
  public <T> T run(String name, ClassLoader context, Callable<T> code, BooleanSupplier mayGoOn)
      throws TimeoutException, ExecutionException {
    FutureTask<T> task = new FutureTask<>(code);
    Thread thread = new Thread(task, "flexora-" + name);
    thread.setDaemon(true);
    thread.setContextClassLoader(context);
    thread.start();
    try {
      return get(task, mayGoOn);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw e;
    }
  }

  private <T> T get(FutureTask<T> task, BooleanSupplier mayGoOn)
      throws TimeoutException, ExecutionException {
    try {
      return await(task, limit);
    } catch (TimeoutException e) {
      if (!mayGoOn.getAsBoolean()) {
        throw e;
      }
      return await(task, limit.plus(GRACE));
    }
  }

  /**
   * Waits through interruptions, which are the caller's own affair: passed on to a framework that
   * is changing, one would leave it with its locks held.
   */
  private static <T> T await(FutureTask<T> task, Duration time)
      throws TimeoutException, ExecutionException {
    long end = System.nanoTime() + time.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The limit as a message says it. */
  public String words() {
    return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
  }
}
