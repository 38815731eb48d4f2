package io.flexora.plugin;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Looks at the plugins' folder again and again. */
final class WatchThread {

  private final FolderWatch watch;
  private final Duration interval;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;

  WatchThread(FolderWatch watch, Duration interval) {
    this.watch = watch;
    this.interval = interval;
    thread = new Thread(this::run, "flexora-plugins-watch");
    thread.setDaemon(true);
  }

  void start() {
    if (!interval.isZero()) {
      thread.start();
    }
  }

  /**
   * Ends the thread when it is done with what it is doing, which is never cut short. It may itself
   * be the one that asks for it, from a listener.
   */
  void end() {
    ended.countDown();
    boolean interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!ended.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        lookAgain();
      }
    } catch (InterruptedException e) {
      // Nobody here interrupts it; whoever does wants it to end.
    }
  }

  private void lookAgain() {
    try {
      watch.again();
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(WatchThread.class).warn("looking at the plugins failed", e);
    }
  }
}
