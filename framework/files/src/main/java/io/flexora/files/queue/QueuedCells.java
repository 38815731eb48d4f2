package io.flexora.files.queue;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.ProcessEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * All cells of a run, from an external queue to their ends: submission, waiting, another attempt at
 * what was lost, reading of ends, and cancellation. One thread works on it.
 *
 * @since 0.1
 */
public final class QueuedCells {

  private static final Duration SILENCE = Duration.ofMinutes(15);
  private static final long LOOK_MILLIS = 100;

  /** A cell that is to be submitted, at a time of {@link System#nanoTime}. */
  private record Waiting(Cell cell, long from, long number) {}

  private final JobQueue queue;
  private final QueueRules rules;
  private final CellExecution execution;
  private final CellExecution.Attempts attempts;
  private final WaitingJobs waitingJobs;
  private final long origin = System.nanoTime();
  private final PriorityQueue<Waiting> left =
      new PriorityQueue<>(
          Comparator.comparingLong((Waiting of) -> of.from() - origin)
              .thenComparingLong(Waiting::number));
  private final Map<String, QueuedJob> jobs = new LinkedHashMap<>();
  private final Map<String, Integer> losses = new HashMap<>();
  private long entered;
  private long heard = System.nanoTime();

  /** Prepares a run of one execution's cells. */
  public QueuedCells(JobQueue queue, QueueRules rules, CellExecution execution) {
    this.queue = queue;
    this.rules = rules;
    this.execution = execution;
    this.attempts = execution.attempts();
    this.waitingJobs = new WaitingJobs(rules, attempts);
  }

  /**
   * Runs all cells to their ends, and closes the queue.
   *
   * @throws CancelledException if the run was cancelled
   * @throws FlexoraException if the queue refuses jobs, starts none for long or is silent for long
   */
  public void run(List<Cell> cells) {
    cells.forEach(cell -> enter(cell, Duration.ZERO));
    try {
      ask();
      while (!left.isEmpty() || !jobs.isEmpty()) {
        rest();
        ask();
      }
    } finally {
      queue.close(List.copyOf(jobs.keySet()));
    }
    if (execution.cancelled()) {
      throw new CancelledException();
    }
  }

  private void enter(Cell cell, Duration pause) {
    left.add(new Waiting(cell, System.nanoTime() + pause.toNanos(), entered++));
  }

  /** Looks how far the jobs are and submits further ones; the next time if the queue is silent. */
  private void ask() {
    try {
      look(queue.poll(List.copyOf(jobs.keySet())));
      submit();
      heard = System.nanoTime();
    } catch (SilentQueueException e) {
      if (System.nanoTime() - heard > SILENCE.toNanos()) {
        throw new FlexoraException(
            "%s has not answered for %d minutes (%s); the comparison can be gone on with when it does"
                .formatted(rules.name(), SILENCE.toMinutes(), e.getMessage()),
            e);
      }
    }
  }

  /** Fills the queue, unless that is too little to be worth a submission. */
  private void submit() throws SilentQueueException {
    int room = rules.most() - jobs.size();
    int worth = Math.min(left.size(), rules.least());
    if (worth == 0 || room < worth) {
      return;
    }
    List<CellAttempt> now = new ArrayList<>();
    while (now.size() < room && !left.isEmpty() && left.peek().from() - System.nanoTime() <= 0) {
      attempts.next(left.remove().cell(), rules.javaOptions()).ifPresent(now::add);
    }
    if (now.isEmpty()) {
      return;
    }
    try {
      List<String> ids = queue.submit(now);
      for (int i = 0; i < now.size(); i++) {
        jobs.put(ids.get(i), new QueuedJob(ids.get(i), now.get(i)));
      }
    } catch (SilentQueueException e) {
      // If the queue has taken the jobs, they have the folders of these attempts: the cells get
      // others.
      now.forEach(attempt -> enter(attempt.cell(), Duration.ZERO));
      throw e;
    }
  }

  /** Waits in small pieces, so that Ctrl-C is not kept waiting. */
  private void rest() {
    long end = System.nanoTime() + rules.poll().toNanos();
    do {
      if (execution.cancelled()) {
        throw new CancelledException();
      }
      try {
        TimeUnit.MILLISECONDS.sleep(Math.min(LOOK_MILLIS, rules.poll().toMillis()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      }
    } while (System.nanoTime() < end);
  }

  private void look(Map<String, JobStatus> listed) {
    cancelStrays(listed);
    for (Iterator<QueuedJob> each = jobs.values().iterator(); each.hasNext(); ) {
      QueuedJob job = each.next();
      if (isOver(job, Optional.ofNullable(listed.get(job.id())))) {
        each.remove();
      }
    }
    waitingJobs.look(jobs.values(), listed);
  }

  /** Ends jobs that nobody waits for: their submission was not answered, or they were given up. */
  private void cancelStrays(Map<String, JobStatus> listed) {
    List<String> strays =
        listed.keySet().stream()
            .filter(id -> !jobs.containsKey(id) && listed.get(id).phase().isAlive())
            .sorted()
            .toList();
    if (!strays.isEmpty()) {
      queue.cancel(strays);
    }
  }

  /** Whether a job has ended and all was done that follows. */
  private boolean isOver(QueuedJob job, Optional<JobStatus> listed) {
    if (listed.filter(status -> status.phase().isAlive()).isPresent()) {
      job.isThere();
      JobStatus.Phase phase = listed.get().phase();
      boolean hasRun = phase == JobStatus.Phase.RUNNING;
      if (!hasRun && phase != JobStatus.Phase.QUEUED) {
        hasRun = JobScript.exitCode(job.attempt()).isPresent();
      }
      if (hasRun) {
        begin(job);
      }
      return false;
    }
    boolean isReturned = listed.filter(s -> s.phase() == JobStatus.Phase.RETURNED).isPresent();
    if (!isReturned) {
      begin(job);
    }
    if (attempts.collect(job.attempt())) {
      return true;
    }
    if (isReturned) {
      enter(job.attempt().cell(), Duration.ZERO);
      return true;
    }
    return isSettled(job, listed.orElseGet(() -> queue.last(job.id())));
  }

  /** Whether all was done that follows from the end of a job without a result. */
  private boolean isSettled(QueuedJob job, JobStatus status) {
    Cell cell = job.attempt().cell();
    OptionalInt code =
        status.code().isPresent() ? status.code() : JobScript.exitCode(job.attempt());
    switch (status.phase()) {
      case LOST -> again(job, status.text());
      case KILLED -> execution.failed(cell, job.end(code.orElse(0)).cause(status.text()));
      case FAILED -> execution.failed(cell, status.text());
      default -> {
        if (code.isPresent()) {
          return isFailed(job, job.end(code.getAsInt()));
        }
        if (isArriving(job)) {
          return false;
        }
        again(job, status.text());
      }
    }
    return true;
  }

  /** Whether the cell has failed: not yet if its process ended well, as a result may arrive. */
  private boolean isFailed(QueuedJob job, ProcessEnd end) {
    if (end.code() == 0 && isArriving(job)) {
      return false;
    }
    execution.failed(
        job.attempt().cell(),
        end.code() != 0
            ? end.cause()
            : "its process ended well, but its result is not whole in %s; do all machines see the same files there?"
                .formatted(job.attempt().folder()));
    return true;
  }

  private boolean isArriving(QueuedJob job) {
    return job.goneFor().compareTo(rules.arrival()) < 0;
  }

  private void begin(QueuedJob job) {
    if (job.begin()) {
      attempts.started(job.attempt());
    }
  }

  private void again(QueuedJob job, String cause) {
    // The queue may have lost sight of it alone.
    queue.cancel(List.of(job.id()));
    attempts.lost(job.attempt(), cause);
    Cell cell = job.attempt().cell();
    int lost = losses.merge(cell.name(), 1, Integer::sum);
    if (lost < rules.attempts()) {
      enter(cell, rules.pause());
    } else {
      execution.failed(
          cell, "%s; that was attempt %d of %d".formatted(cause, lost, rules.attempts()));
    }
  }
}
