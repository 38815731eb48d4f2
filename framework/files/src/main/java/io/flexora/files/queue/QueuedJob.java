package io.flexora.files.queue;

import io.flexora.api.run.CellAttempt;
import io.flexora.files.machine.ProcessEnd;
import java.time.Duration;

/** An attempt at a cell in the hands of a queue. */
final class QueuedJob {

  private final String id;
  private final CellAttempt attempt;
  private long begun;
  private boolean isBegun;
  private long gone;
  private boolean isGone;
  private boolean isTold;

  QueuedJob(String id, CellAttempt attempt) {
    this.id = id;
    this.attempt = attempt;
  }

  String id() {
    return id;
  }

  CellAttempt attempt() {
    return attempt;
  }

  /** Takes note that it runs; whether that is news. */
  boolean begin() {
    if (isBegun) {
      return false;
    }
    isBegun = true;
    begun = System.nanoTime();
    return true;
  }

  /** Takes note that people are told that it waits; whether that is news. */
  boolean tell() {
    boolean news = !isTold;
    isTold = true;
    return news;
  }

  /** Takes note that it is over or gone; for how long that is known. */
  Duration goneFor() {
    if (!isGone) {
      isGone = true;
      gone = System.nanoTime();
    }
    return Duration.ofNanos(System.nanoTime() - gone);
  }

  /** Takes note that the queue has it. */
  void isThere() {
    isGone = false;
  }

  /** The end of its process. */
  ProcessEnd end(int code) {
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    return new ProcessEnd(code, took, ProcessEnd.lastLines(attempt.log()));
  }
}
