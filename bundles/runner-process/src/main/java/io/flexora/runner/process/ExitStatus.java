package io.flexora.runner.process;

import io.flexora.files.machine.ProcessEnd;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The end of a process.
 *
 * @param reason why
 * @param code its exit code; of one that a signal ended, 128 and the number of the signal
 * @param took how long it ran
 */
record ExitStatus(Reason reason, int code, Duration took) {

  /** The exit codes of a process that a closed terminal, Ctrl-C or {@code kill} has ended. */
  static final Set<Integer> OF_REQUESTS = Set.of(129, 130, 143);

  /** The cause of a process's end. */
  enum Reason {
    /** By itself, or by somebody else. */
    ITSELF,
    /** It took longer than a cell may. */
    TIME_LIMIT,
    /** The run was cancelled, or cannot go on. */
    RUN_OVER
  }

  /** Whether there is nothing to record: the cell has ended, or is to go on another time. */
  boolean well() {
    return reason == Reason.RUN_OVER || (reason == Reason.ITSELF && code == 0);
  }

  /**
   * What happened, for the record.
   *
   * @param output the last lines that the process wrote
   */
  String cause(List<String> output) {
    ProcessEnd end = new ProcessEnd(code, took, output);
    return reason == Reason.TIME_LIMIT
        ? end.cause("was ended because it took longer than time_limit allows")
        : end.cause();
  }
}
