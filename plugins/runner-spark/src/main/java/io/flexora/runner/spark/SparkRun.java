package io.flexora.runner.spark;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellAttempts;
import io.flexora.api.run.CellExecution;
import io.flexora.files.machine.AttemptEnds;
import io.flexora.files.machine.ProcessEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** All cells of a run, from the queue to their ends; one thread works on it. */
final class SparkRun {

  private static final Duration LOOK = Duration.ofMillis(200);
  // The process of a lost executor writes a checkpoint first, from which the next attempt goes on.
  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final int MOST_JOBS = 1000;
  private static final String THREADS = "OMP_NUM_THREADS";

  /** A cell that is to be run, at a time of {@link System#nanoTime}. */
  private record Waiting(Cell cell, long from, long number) {}

  private final SparkOptions options;
  private final DriverProcesses drivers;
  private final CellExecution execution;
  private final CellAttempts attempts;
  private final long origin = System.nanoTime();
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong((Waiting of) -> of.from() - origin)
              .thenComparingLong(Waiting::number));
  private final Map<String, SparkJob> jobs = new LinkedHashMap<>();
  private final AttemptEnds ends;
  private long queued;

  SparkRun(SparkOptions options, DriverProcesses drivers, CellExecution execution) {
    this.options = options;
    this.drivers = drivers;
    this.execution = execution;
    this.attempts = execution.attempts();
    this.ends = new AttemptEnds(execution, options.attempts(), AttemptEnds.ARRIVAL);
  }

  /**
   * Runs all cells to their ends.
   *
   * @throws CancelledException if the run was cancelled; jobs may be left
   * @throws io.flexora.api.run.FlexoraException if Spark cannot run them
   */
  void run(List<Cell> cells) {
    cells.forEach(cell -> queue(cell, Duration.ZERO));
    try {
      drivers.start(execution::cancelled);
      while (!waiting.isEmpty() || !jobs.isEmpty()) {
        requireNotCancelled();
        if (!drivers.current().isAlive()) {
          driverLost();
        }
        submit();
        drivers.current().next(LOOK).ifPresent(this::hear);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  private void requireNotCancelled() {
    if (execution.cancelled()) {
      throw new CancelledException();
    }
  }

  private void queue(Cell cell, Duration pause) {
    waiting.add(new Waiting(cell, System.nanoTime() + pause.toNanos(), queued++));
  }

  private void submit() {
    int most = options.parallel().map(cells -> cells + cells / 4 + 1).orElse(MOST_JOBS);
    while (jobs.size() < most && !waiting.isEmpty()) {
      if (waiting.peek().from() - System.nanoTime() > 0) {
        return;
      }
      attempts.next(waiting.remove().cell(), options.ofJava().words()).ifPresent(this::submit);
    }
  }

  private void submit(CellAttempt given) {
    CellAttempt attempt = options.home().map(given::installedIn).orElse(given);
    String id = attempt.cell().name() + "/" + attempt.number();
    jobs.put(id, new SparkJob(attempt));
    Map<String, String> environment = new TreeMap<>(attempt.environment());
    environment.put(THREADS, String.valueOf(options.cpus()));
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("run", id);
    order.put("java", options.java().orElse(""));
    order.put("words", attempt.words());
    order.put("environment", environment);
    order.put("working_folder", attempt.workingFolder().toString());
    order.put("folder", attempt.folder().toString());
    order.put("log", attempt.log().toString());
    drivers.current().tell(order);
  }

  private void hear(JsonNode answer) {
    for (String what : List.of("started", "ended", "lost")) {
      Optional<SparkJob> known = Optional.ofNullable(jobs.get(answer.path(what).asText()));
      known.ifPresent(job -> hear(what, job, answer));
    }
  }

  private void hear(String what, SparkJob job, JsonNode answer) {
    switch (what) {
      case "started" -> begin(job);
      case "ended" -> job.ended(answer.get("code").asInt());
      default -> job.lost(answer.get("cause").asText());
    }
  }

  private void begin(SparkJob job) {
    if (job.begin()) {
      attempts.started(job.attempt());
    }
  }

  private void look() {
    for (Iterator<SparkJob> each = jobs.values().iterator(); each.hasNext(); ) {
      SparkJob job = each.next();
      if (job.isOver() ? isSettled(job) : isStopped(job)) {
        each.remove();
      }
    }
  }

  /** Stops a job that takes too long; it is over when Spark says so. */
  private boolean isStopped(SparkJob job) {
    if (options.timeLimit().filter(limit -> job.took().compareTo(limit) > 0).isPresent()
        && job.stop()) {
      CellAttempt attempt = job.attempt();
      drivers.current().tell(Map.of("cancel", attempt.cell().name() + "/" + attempt.number()));
    }
    return false;
  }

  /** Whether all was done that follows from the end of a job. */
  private boolean isSettled(SparkJob job) {
    begin(job);
    if (attempts.take(job.attempt())) {
      return true;
    }
    if (job.isStopped()) {
      execution.failed(
          job.attempt().cell(),
          job.end().cause("was ended because it took longer than time_limit allows"));
    } else if (job.loss().isPresent()) {
      again(job, "its executor on Spark was lost: " + job.loss().get());
    } else {
      return ends.isFailed(job.attempt(), job.end(), job.overFor());
    }
    return true;
  }

  private void driverLost() throws InterruptedException {
    List<SparkJob> all = new ArrayList<>(jobs.values());
    jobs.clear();
    for (SparkJob job : all) {
      begin(job);
      if (!attempts.take(job.attempt())) {
        again(job, "the driver of Spark ended");
      }
    }
    if (!waiting.isEmpty()) {
      drivers.start(execution::cancelled);
    }
  }

  private void again(SparkJob job, String cause) {
    if (ends.isToBeRepeated(job.attempt(), cause)) {
      queue(job.attempt().cell(), PAUSE);
    }
  }

  /** An attempt at a cell in Spark's hands. */
  private static final class SparkJob {

    private final CellAttempt attempt;
    private Optional<Long> begun = Optional.empty();
    private Optional<Long> over = Optional.empty();
    private Optional<String> loss = Optional.empty();
    private int code;
    private boolean stopped;

    SparkJob(CellAttempt attempt) {
      this.attempt = attempt;
    }

    CellAttempt attempt() {
      return attempt;
    }

    /** Takes note that it runs; whether that is news. */
    boolean begin() {
      boolean news = begun.isEmpty();
      begun = begun.or(() -> Optional.of(System.nanoTime()));
      return news;
    }

    void ended(int exitCode) {
      code = exitCode;
      over = Optional.of(System.nanoTime());
    }

    void lost(String cause) {
      loss = Optional.of(cause);
      over = Optional.of(System.nanoTime());
    }

    /** Takes note that it is to end; whether that is news. */
    boolean stop() {
      boolean news = !stopped;
      stopped = true;
      return news;
    }

    boolean isStopped() {
      return stopped;
    }

    boolean isOver() {
      return over.isPresent();
    }

    Optional<String> loss() {
      return loss;
    }

    Duration took() {
      return since(begun);
    }

    Duration overFor() {
      return since(over);
    }

    private static Duration since(Optional<Long> moment) {
      return moment.map(from -> Duration.ofNanos(System.nanoTime() - from)).orElse(Duration.ZERO);
    }

    ProcessEnd end() {
      return new ProcessEnd(code, took(), ProcessEnd.lastLines(attempt.log()));
    }
  }
}
