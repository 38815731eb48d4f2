package io.flexora.source.hf;

import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import java.time.Duration;

/** The report of a download's bytes to a monitor, which may cancel it. */
final class DownloadProgress {
  private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();
  private final Monitor monitor;
  private long done;
  private long total;
  private long lastNanos = System.nanoTime() - INTERVAL_NANOS;

  DownloadProgress(Monitor monitor) {
    this.monitor = monitor;
  }

  /** Says what is to be downloaded. */
  void begin(HfLocation location, int files, long bytes, String from) {
    total += bytes;
    monitor.notice(
        "Downloading %s (%d file%s, %.1f MB) from %s"
            .formatted(location, files, files == 1 ? "" : "s", bytes / 1e6, from));
  }

  /** How many bytes have come. */
  long done() {
    return done;
  }

  /** Counts bytes that came; negative where some that came are thrown away. */
  void add(long bytes) {
    done += bytes;
    tick();
  }

  /**
   * Tells the monitor, if that was not done just now.
   *
   * @throws io.flexora.api.run.CancelledException if the run was cancelled
   */
  void tick() {
    if (System.nanoTime() - lastNanos >= INTERVAL_NANOS) {
      lastNanos = System.nanoTime();
      monitor.step(Progress.of(done, Math.max(1, Math.max(done, total))));
    }
  }

  /** Tells the monitor how it ended. */
  void end() {
    if (total > 0) {
      monitor.step(Progress.of(done, Math.max(done, total)));
    }
  }

  void notice(String sentence) {
    monitor.notice(sentence);
  }
}
