package io.flexora.runner.slurm;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The meaning of a Slurm state for a cell. */
final class JobState {

  private static final Set<String> WAITS =
      Set.of("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT");

  private static final Set<String> RUNS =
      Set.of("RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "STAGE_OUT", "SIGNALING", "RESIZING");

  // Of the many reasons of Slurm those that waiting does not end.
  private static final Pattern STUCK =
      Pattern.compile(
          "Partition(Down|Inactive|NodeLimit|TimeLimit)|BadConstraints|DependencyNeverSatisfied"
              + "|JobHeld(User|Admin)|\\(?launch failed.*|Invalid(Account|QOS)|AccountNotAllowed"
              + "|QOSNotAllowed|\\w+PerJob\\w*");

  private JobState() {}

  /** Whether a job waits for a reason that goes away only if somebody changes something. */
  static boolean isStuck(String reason) {
    return STUCK.matcher(reason).matches();
  }

  /** Whether a job may still do something. */
  static boolean isAlive(String state) {
    return WAITS.contains(state) || RUNS.contains(state);
  }

  /** Whether a job has not begun. */
  static boolean isWaiting(String state) {
    return WAITS.contains(state);
  }

  /** Whether a job has begun and not ended. */
  static boolean isRunning(String state) {
    return RUNS.contains(state);
  }

  /** Whether a job ended for a reason that is the cell's, or somebody's will: not tried again. */
  static boolean isCells(String state) {
    return Set.of("TIMEOUT", "DEADLINE", "OUT_OF_MEMORY", "CANCELLED").contains(state);
  }

  /** Whether a job ended for a reason that is the machine's or the cluster's: worth another try. */
  static boolean isLoss(String state) {
    return Set.of("NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED").contains(state);
  }

  /** What happened, for people. */
  static String cause(String job, String state) {
    return switch (state) {
      case "TIMEOUT", "DEADLINE" ->
          "was ended by Slurm (job %s) because it took longer than its time limit; give more by time"
              .formatted(job);
      case "OUT_OF_MEMORY" ->
          "was ended by Slurm (job %s) because it took more memory than it had asked for; give more by memory"
              .formatted(job);
      case "CANCELLED" -> "was ended because somebody cancelled its job %s of Slurm".formatted(job);
      case "NODE_FAIL", "BOOT_FAIL" -> "the node of its job %s of Slurm failed".formatted(job);
      case "PREEMPTED", "REVOKED" ->
          "its job %s of Slurm had to give way to more urgent work".formatted(job);
      default ->
          "its job %s of Slurm is gone (%s) and has left no exit code in the cell's folder; do all nodes share that folder?"
              .formatted(job, state.toLowerCase(Locale.ROOT));
    };
  }
}
