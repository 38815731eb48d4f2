package io.flexora.runner.slurm;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellAttempts;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.AttemptEnds;
import io.flexora.runner.slurm.Slurm.Listed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** All cells of a run, from the queue to their ends; one thread works on it. */
final class ClusterRun {

  private static final int ARRIVAL_LOOKS = 15;
  private static final Duration SILENCE = Duration.ofMinutes(15);
  private static final long LOOK_MILLIS = 100;
  private static final int FEW = 4;

  private final SlurmOptions options;
  private final Slurm slurm;
  private final String name;
  private final CellExecution execution;
  private final CellAttempts attempts;
  private final Deque<Cell> left = new ArrayDeque<>();
  private final Map<String, ClusterJob> jobs = new LinkedHashMap<>();
  private final Duration arrival;
  private final AttemptEnds ends;
  private final WaitingJobs waiting;
  private long heard = System.nanoTime();

  ClusterRun(SlurmOptions options, Slurm slurm, String name, CellExecution execution) {
    this.options = options;
    this.slurm = slurm;
    this.name = name;
    this.execution = execution;
    this.attempts = execution.attempts();
    Duration looks = options.poll().multipliedBy(ARRIVAL_LOOKS);
    this.arrival = looks.compareTo(AttemptEnds.ARRIVAL) < 0 ? looks : AttemptEnds.ARRIVAL;
    this.ends = new AttemptEnds(execution, options.attempts(), arrival);
    this.waiting = new WaitingJobs(options, attempts);
  }

  /**
   * Runs all cells to their ends.
   *
   * @throws CancelledException if the run was cancelled; jobs may be left
   * @throws FlexoraException if Slurm refuses jobs, starts none for long or is silent for long;
   *     jobs may be left
   */
  void run(List<Cell> cells) {
    left.addAll(cells);
    ask();
    while (!left.isEmpty() || !jobs.isEmpty()) {
      rest();
      ask();
    }
  }

  /** Looks how far the jobs are and submits further ones; the next time if Slurm is silent. */
  private void ask() {
    try {
      look(slurm.states(name));
      submit();
      heard = System.nanoTime();
    } catch (Slurm.UnavailableException e) {
      if (System.nanoTime() - heard > SILENCE.toNanos()) {
        throw new FlexoraException(
            "Slurm has not answered for %d minutes (%s); the comparison can be gone on with when it does"
                .formatted(SILENCE.toMinutes(), e.getMessage()),
            e);
      }
    }
  }

  /** Fills the queue, unless that is too little to be worth an array. */
  private void submit() throws Slurm.UnavailableException {
    int room = options.arraySize() - jobs.size();
    int worth = Math.min(left.size(), Math.max(1, options.arraySize() / FEW));
    if (worth == 0 || room < worth) {
      return;
    }
    List<CellAttempt> now = new ArrayList<>();
    while (now.size() < room && !left.isEmpty()) {
      Optional<CellAttempt> attempt = attempts.next(left.remove(), options.ofJava().words());
      attempt.ifPresent(
          made -> {
            CellScript.write(made, options);
            now.add(made);
          });
    }
    if (now.isEmpty()) {
      return;
    }
    String indices =
        "0-" + (now.size() - 1) + options.parallel().map(most -> "%" + most).orElse("");
    String array = submit(now, indices);
    for (int i = 0; i < now.size(); i++) {
      String id = array + "_" + i;
      jobs.put(id, new ClusterJob(id, now.get(i)));
    }
  }

  private String submit(List<CellAttempt> now, String indices) throws Slurm.UnavailableException {
    try {
      return slurm.submit(
          name, indices, options.request(), now.get(0).workingFolder(), CellScript.array(now));
    } catch (Slurm.UnavailableException e) {
      // If Slurm has taken the jobs, they have the folders of these attempts: the cells get others.
      now.forEach(attempt -> left.add(attempt.cell()));
      throw e;
    }
  }

  /** Waits in small pieces, so that Ctrl-C is not kept waiting. */
  private void rest() {
    long end = System.nanoTime() + options.poll().toNanos();
    do {
      if (execution.cancelled()) {
        throw new CancelledException();
      }
      try {
        TimeUnit.MILLISECONDS.sleep(Math.min(LOOK_MILLIS, options.poll().toMillis()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      }
    } while (System.nanoTime() < end);
  }

  private void look(Map<String, Listed> states) {
    cancelStrays(states);
    for (Iterator<ClusterJob> each = jobs.values().iterator(); each.hasNext(); ) {
      ClusterJob job = each.next();
      if (isOver(job, Optional.ofNullable(states.get(job.id())).map(Listed::state))) {
        each.remove();
      }
    }
    waiting.look(jobs.values(), states);
  }

  /** Ends jobs that nobody waits for: their submission was not answered, or they were given up. */
  private void cancelStrays(Map<String, Listed> states) {
    List<String> strays =
        states.keySet().stream()
            .filter(id -> !jobs.containsKey(id))
            .filter(id -> JobState.isAlive(states.get(id).state()))
            .sorted()
            .toList();
    if (!strays.isEmpty()) {
      slurm.cancel(strays);
    }
  }

  /** Whether a job has ended and all was done that follows. */
  private boolean isOver(ClusterJob job, Optional<String> listed) {
    OptionalInt code = job.exitCode();
    if (listed.filter(JobState::isAlive).isPresent()) {
      job.isThere();
      if (code.isPresent() || listed.filter(JobState::isRunning).isPresent()) {
        begin(job);
      }
      return false;
    }
    begin(job);
    if (attempts.take(job.attempt())) {
      return true;
    }
    Optional<String> state = listed.or(() -> slurm.past(job.id()));
    if (state.filter(JobState::isLoss).isPresent()) {
      again(job, state.get());
    } else if (state.filter(JobState::isCells).isPresent()) {
      execution.failed(
          job.attempt().cell(),
          job.end(code.orElse(0)).cause(JobState.cause(job.id(), state.get())));
    } else if (code.isPresent()) {
      return ends.isFailed(job.attempt(), job.end(code.getAsInt()), job.goneFor());
    } else if (job.goneFor().compareTo(arrival) < 0) {
      return false;
    } else {
      again(job, state.orElse("unknown"));
    }
    return true;
  }

  private void begin(ClusterJob job) {
    if (job.begin()) {
      attempts.started(job.attempt());
    }
  }

  private void again(ClusterJob job, String state) {
    // Slurm may have lost sight of it alone.
    slurm.cancel(List.of(job.id()));
    if (ends.isToBeRepeated(job.attempt(), JobState.cause(job.id(), state))) {
      left.add(job.attempt().cell());
    }
  }
}
