package io.flexora.runner.spark;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.CellAttempt;
import io.flexora.files.queue.JobQueue;
import io.flexora.files.queue.JobStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** The jobs of a comparison in the hands of Spark's driver, of which one at a time runs. */
final class SparkQueue implements JobQueue {

  private static final String THREADS = "OMP_NUM_THREADS";

  private final SparkOptions options;
  private final DriverProcesses drivers;
  private final BooleanSupplier cancelled;
  private final Map<String, SparkJob> jobs = new HashMap<>();

  /** How many drivers were started since a cell last began. */
  private int idleDrivers;

  /**
   * Begins.
   *
   * @param cancelled whether to give up waiting for a driver
   */
  SparkQueue(SparkOptions options, DriverProcesses drivers, BooleanSupplier cancelled) {
    this.options = options;
    this.drivers = drivers;
    this.cancelled = cancelled;
  }

  @Override
  public List<String> submit(List<CellAttempt> attempts) {
    requireDriver();
    return attempts.stream().map(this::submit).toList();
  }

  private String submit(CellAttempt given) {
    CellAttempt attempt = options.home().map(given::installedIn).orElse(given);
    String id = attempt.cell().name() + "/" + attempt.number();
    jobs.put(id, new SparkJob());
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
    return id;
  }

  @Override
  public Map<String, JobStatus> poll(List<String> open) {
    jobs.keySet().retainAll(open);
    if (!drivers.isAlive() && !jobs.isEmpty()) {
      jobs.values().forEach(SparkJob::driverLost);
    } else {
      requireDriver();
      hear();
      jobs.forEach(this::stopLate);
    }
    Map<String, JobStatus> found = new HashMap<>();
    jobs.forEach((id, job) -> found.put(id, job.status()));
    return found;
  }

  private void requireDriver() {
    if (drivers.isAlive()) {
      return;
    }
    if (idleDrivers > 0 && idleDrivers >= options.attempts()) {
      throw drivers.ended("a cell began");
    }
    idleDrivers++;
    try {
      drivers.start(cancelled);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  private void hear() {
    try {
      for (Optional<JsonNode> answer = drivers.current().next(Duration.ZERO);
          answer.isPresent();
          answer = drivers.current().next(Duration.ZERO)) {
        hear(answer.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
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
    job.begin();
    idleDrivers = 0;
  }

  /** Stops a job that takes too long; it is over when Spark says so. */
  private void stopLate(String id, SparkJob job) {
    if (options.timeLimit().filter(limit -> job.took().compareTo(limit) > 0).isPresent()
        && job.stop()) {
      drivers.current().tell(Map.of("cancel", id));
    }
  }

  @Override
  public void cancel(Collection<String> over) {
    // A job that is lost has ended with its executor or its driver.
  }

  @Override
  public void close(Collection<String> left) {
    // All jobs end with the driver.
  }
}
