package io.flexora.files.queue;

import io.flexora.api.run.CellExecution;
import io.flexora.api.run.FlexoraException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The notices of jobs that a queue does not start, and the moment when the run gives up. */
final class WaitingJobs {

  private static final int PATIENT_LOOKS = 12;
  private static final Set<JobStatus.Phase> WAITS =
      Set.of(JobStatus.Phase.WAITING, JobStatus.Phase.STUCK);

  private final QueueRules rules;
  private final CellExecution.Attempts attempts;
  private long idleSince;
  private boolean isIdle;
  private boolean isTold;

  WaitingJobs(QueueRules rules, CellExecution.Attempts attempts) {
    this.rules = rules;
    this.attempts = attempts;
  }

  /**
   * Tells of jobs that wait.
   *
   * @param jobs the jobs that are not over, in the order in which they were submitted
   * @throws FlexoraException if none has run for as long as the rules allow
   */
  void look(Collection<QueuedJob> jobs, Map<String, JobStatus> listed) {
    for (QueuedJob job : jobs) {
      JobStatus status = status(job, listed);
      if (status.phase() == JobStatus.Phase.STUCK && job.tell()) {
        attempts.notice(
            job.attempt(),
            "waits: %s does not start its job %s as things are (%s)"
                .formatted(rules.name(), job.id(), status.text()));
      }
    }
    boolean wait = jobs.stream().allMatch(job -> WAITS.contains(status(job, listed).phase()));
    if (wait && !jobs.isEmpty()) {
      allWait(jobs, listed);
    } else {
      isIdle = false;
      isTold = false;
    }
  }

  private void allWait(Collection<QueuedJob> jobs, Map<String, JobStatus> listed) {
    if (!isIdle) {
      isIdle = true;
      idleSince = System.nanoTime();
    }
    Duration idle = Duration.ofNanos(System.nanoTime() - idleSince);
    QueuedJob first = jobs.iterator().next();
    String reason = status(first, listed).text();
    String why = reason.isEmpty() ? "" : " (%s)".formatted(reason);
    rules
        .startTimeout()
        .filter(most -> idle.compareTo(most) > 0)
        .ifPresent(
            most -> {
              throw new FlexoraException(
                  ("%s has run none of the %d jobs in its queue for %s, the start_timeout; job %s"
                          + " waits%s. %s, or give more by start_timeout; the comparison can be"
                          + " gone on with")
                      .formatted(
                          rules.name(), jobs.size(), text(most), first.id(), why, rules.relief()));
            });
    if (!isTold && idle.compareTo(rules.poll().multipliedBy(PATIENT_LOOKS)) > 0) {
      isTold = true;
      attempts.notice(
          first.attempt(),
          "waits%s: %s runs none of the %d jobs in its queue yet"
              .formatted(why, rules.name(), jobs.size()));
    }
  }

  /** As it is written in a configuration, such as 2h. */
  private static String text(Duration time) {
    return time.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }

  private static JobStatus status(QueuedJob job, Map<String, JobStatus> listed) {
    return listed.getOrDefault(job.id(), JobStatus.queued());
  }
}
