package io.flexora.files.queue;

import java.util.OptionalInt;

/**
 * The status of a job.
 *
 * @param phase the phase
 * @param text the reason of a wait, or what happened to the job; empty if there is nothing to tell
 * @param code the exit code of the process, if the queue tells it; otherwise that of {@link
 *     JobScript#exitCode} counts
 * @since 0.1
 */
public record JobStatus(Phase phase, String text, OptionalInt code) {

  /** The phase of a job. */
  public enum Phase {
    /** Taken by the queue, with nothing to tell. */
    QUEUED,
    /** Waits for a machine. */
    WAITING,
    /** Waits for a reason that goes away only if somebody changes something. */
    STUCK,
    /** Has begun and not ended. */
    RUNNING,
    /** Its process has ended. */
    ENDED,
    /** Ended by somebody or by a limit, for which the cell fails with the end of its output. */
    KILLED,
    /** Could not begin, for which the cell fails. */
    FAILED,
    /** Lost with its machine, or taken for other work: the cell is tried again. */
    LOST,
    /** Given back before it began: the cell is submitted again, and this try does not count. */
    RETURNED,
    /** No more in the queue, which does not tell why: lost, unless a result or a code arrives. */
    GONE;

    /** Whether the job may still do something. */
    public boolean isAlive() {
      return compareTo(RUNNING) <= 0;
    }
  }

  private static JobStatus of(Phase phase, String text) {
    return new JobStatus(phase, text, OptionalInt.empty());
  }

  /** A job that the queue has taken. */
  public static JobStatus queued() {
    return of(Phase.QUEUED, "");
  }

  /** A job that waits, for a reason in the queue's words; empty if it tells none. */
  public static JobStatus waiting(String reason) {
    return of(Phase.WAITING, reason);
  }

  /** A job that waits for a reason that waiting does not end. */
  public static JobStatus stuck(String reason) {
    return of(Phase.STUCK, reason);
  }

  /** A job that runs. */
  public static JobStatus running() {
    return of(Phase.RUNNING, "");
  }

  /** A job whose process has ended. */
  public static JobStatus ended(int code) {
    return new JobStatus(Phase.ENDED, "", OptionalInt.of(code));
  }

  /** A job that was ended, such as {@code was ended because it took too long}. */
  public static JobStatus killed(String what) {
    return of(Phase.KILLED, what);
  }

  /** A job that could not begin, with the cause. */
  public static JobStatus failed(String cause) {
    return of(Phase.FAILED, cause);
  }

  /** A job that was lost, with the cause in a sentence. */
  public static JobStatus lost(String cause) {
    return of(Phase.LOST, cause);
  }

  /** A job that the queue has given back before it began. */
  public static JobStatus returned() {
    return of(Phase.RETURNED, "");
  }

  /** A job that has left the queue, with the cause in a sentence if nothing arrives of it. */
  public static JobStatus gone(String cause) {
    return of(Phase.GONE, cause);
  }
}
