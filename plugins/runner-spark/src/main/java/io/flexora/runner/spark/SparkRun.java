package io.flexora.runner.spark;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellAttempts;
import io.flexora.api.run.CellExecution;
import io.flexora.files.machine.AttemptEnds;
import java.time.Duration;
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

  /** How many drivers were started since a cell last began. */
  private int idleDrivers;

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
      startDriver();
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

  private void startDriver() throws InterruptedException {
    idleDrivers++;
    drivers.start(execution::cancelled);
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
      case "ended" -> {
        // Spark may tell that it began afterwards.
        begin(job);
        job.ended(
            answer.get("code").asInt(),
            Optional.ofNullable(answer.get("cause")).map(JsonNode::asText));
      }
      default -> job.lost(answer.get("cause").asText());
    }
  }

  private void begin(SparkJob job) {
    if (job.begin()) {
      idleDrivers = 0;
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
    if (attempts.take(job.attempt())) {
      return true;
    }
    Optional<String> failure = job.failure();
    if (failure.isPresent()) {
      execution.failed(job.attempt().cell(), failure.get());
    } else if (job.loss().isPresent()) {
      again(job, "its executor on Spark was lost: " + job.loss().get());
    } else {
      return ends.isFailed(job.attempt(), job.end(), job.overFor());
    }
    return true;
  }

  private void driverLost() throws InterruptedException {
    if (idleDrivers >= options.attempts()) {
      throw drivers.ended("a cell began");
    }
    List<SparkJob> all = List.copyOf(jobs.values());
    jobs.clear();
    for (SparkJob job : all) {
      if (attempts.take(job.attempt())) {
        continue;
      }
      if (job.isBegun()) {
        again(job, "the driver of Spark ended");
      } else {
        queue(job.attempt().cell(), Duration.ZERO);
      }
    }
    if (!waiting.isEmpty()) {
      startDriver();
    }
  }

  private void again(SparkJob job, String cause) {
    if (ends.isToBeRepeated(job.attempt(), cause)) {
      queue(job.attempt().cell(), PAUSE);
    }
  }
}
