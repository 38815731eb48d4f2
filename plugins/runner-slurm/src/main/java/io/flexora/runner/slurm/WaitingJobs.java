package io.flexora.runner.slurm;

import io.flexora.api.run.CellAttempts;
import io.flexora.api.run.FlexoraException;
import io.flexora.runner.slurm.Slurm.Listed;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The notices of jobs that Slurm does not start, and the time at which a run gives up on them. */
final class WaitingJobs {

  private static final int PATIENT_LOOKS = 12;

  private final SlurmOptions options;
  private final CellAttempts attempts;
  private long idleSince;
  private boolean isIdle;
  private boolean isTold;

  WaitingJobs(SlurmOptions options, CellAttempts attempts) {
    this.options = options;
    this.attempts = attempts;
  }

  /**
   * Tells of jobs that wait.
   *
   * @param jobs those that are not over, in the order in which they were submitted
   * @throws FlexoraException if none has run for as long as the options allow
   */
  void look(Collection<ClusterJob> jobs, Map<String, Listed> listed) {
    for (ClusterJob job : jobs) {
      String reason = reason(job, listed);
      if (JobState.isStuck(reason) && job.tell()) {
        attempts.notice(
            job.attempt(),
            "waits: Slurm does not start its job %s as things are (%s)"
                .formatted(job.id(), reason));
      }
    }
    if (jobs.stream().allMatch(job -> waits(job, listed)) && !jobs.isEmpty()) {
      allWait(jobs, listed);
    } else {
      isIdle = false;
      isTold = false;
    }
  }

  private void allWait(Collection<ClusterJob> jobs, Map<String, Listed> listed) {
    if (!isIdle) {
      isIdle = true;
      idleSince = System.nanoTime();
    }
    Duration idle = Duration.ofNanos(System.nanoTime() - idleSince);
    ClusterJob first = jobs.iterator().next();
    String reason = reason(first, listed);
    String why = reason.isEmpty() ? "" : " (%s)".formatted(reason);
    options
        .startTimeout()
        .filter(most -> idle.compareTo(most) > 0)
        .ifPresent(
            most -> {
              throw new FlexoraException(
                  ("Slurm has run none of the %d jobs in its queue for %s, the start_timeout; job %s"
                          + " waits%s. Ask for less, or for another partition, or give more by"
                          + " start_timeout; the comparison can be gone on with")
                      .formatted(jobs.size(), text(most), first.id(), why));
            });
    if (!isTold && idle.compareTo(options.poll().multipliedBy(PATIENT_LOOKS)) > 0) {
      isTold = true;
      attempts.notice(
          first.attempt(),
          "waits%s: Slurm runs none of the %d jobs in its queue yet".formatted(why, jobs.size()));
    }
  }

  /** As it is written in a configuration, such as 2h. */
  private static String text(Duration time) {
    return time.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }

  private static boolean waits(ClusterJob job, Map<String, Listed> listed) {
    return Optional.ofNullable(listed.get(job.id()))
        .filter(found -> JobState.isWaiting(found.state()))
        .isPresent();
  }

  private static String reason(ClusterJob job, Map<String, Listed> listed) {
    return Optional.ofNullable(listed.get(job.id())).map(Listed::reason).orElse("");
  }
}
