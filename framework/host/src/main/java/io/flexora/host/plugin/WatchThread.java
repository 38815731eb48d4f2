package io.flexora.host.plugin;

import java.time.Duration;
import org.slf4j.LoggerFactory;

/** Looks at the plugins' folder again and again. */
final class WatchThread {

  private final FolderWatch watch;
  private final Duration interval;
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

  /** Ends the thread when it is done with what it is doing. */
  void end() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(interval.toMillis());
        lookAgain();
      }
    } catch (InterruptedException e) {
      // The host closes.
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
