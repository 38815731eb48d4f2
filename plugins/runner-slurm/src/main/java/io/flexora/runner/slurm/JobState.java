package io.flexora.runner.slurm;

import io.flexora.files.queue.JobStatus;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The states of Slurm, by their meaning for a cell. */
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

  /**
   * The status of a job.
   *
   * @param state a word such as RUNNING
   * @param reason why it waits, as Slurm writes it; empty if it does not
   */
  static JobStatus status(String job, String state, String reason) {
    if (RUNS.contains(state)) {
      return JobStatus.running();
    }
    if (WAITS.contains(state)) {
      return isStuck(reason) ? JobStatus.stuck(reason) : JobStatus.waiting(reason);
    }
    String cause = cause(job, state);
    // A reason that is the cell's, or somebody's will, is not tried again.
    if (Set.of("TIMEOUT", "DEADLINE", "OUT_OF_MEMORY", "CANCELLED").contains(state)) {
      return JobStatus.killed(cause);
    }
    return Set.of("NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED").contains(state)
        ? JobStatus.lost(cause)
        : JobStatus.gone(cause);
  }

  private static String cause(String job, String state) {
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
