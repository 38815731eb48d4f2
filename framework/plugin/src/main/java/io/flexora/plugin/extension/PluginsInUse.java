package io.flexora.plugin.extension;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A count of the experiments that run with the plugins, so that none is exchanged under them. */
public final class PluginsInUse {

  /** The threads that run experiments, each as often as it has begun one in another. */
  private final List<Thread> users = new ArrayList<>();

  private volatile boolean closing;

  /**
   * Works when no change is under way, and lets none begin meanwhile.
   *
   * @throws FlexoraException if there is no host any more
   */
  public <R> R during(Supplier<R> work) {
    begin();
    try {
      return work.get();
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    if (closing) {
      throw users.isEmpty() ? closed() : new CancelledException();
    }
    users.add(Thread.currentThread());
  }

  public static FlexoraException closed() {
    return new FlexoraException("the plugin host was closed; start another one");
  }

  private synchronized void end() {
    users.remove(Thread.currentThread());
    notifyAll();
  }

  /** Makes a change while no work can begin; does nothing and says false if there is some. */
  public synchronized boolean changeUnused(Runnable change) {
    if (!users.isEmpty()) {
      return false;
    }
    change.run();
    return true;
  }

  /**
   * Makes a change while no work can begin.
   *
   * @throws FlexoraException if there is some
   */
  public synchronized <R> R unused(Supplier<R> change) {
    if (!users.isEmpty()) {
      throw new FlexoraException(
          "plugins that are in use stay as they are while an experiment is running; try again when"
              + " it has ended");
    }
    return change.get();
  }

  /** Whether what works is asked to end. */
  boolean isClosing() {
    return closing;
  }

  /**
   * Lets no work begin any more, and waits for that of other threads to end.
   *
   * @return whether it has ended
   */
  public synchronized boolean close(Duration limit) {
    closing = true;
    long end = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    while (isUsedByOthers()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !isUsedByOthers();
  }

  private boolean isUsedByOthers() {
    return users.stream().anyMatch(user -> user != Thread.currentThread());
  }
}
