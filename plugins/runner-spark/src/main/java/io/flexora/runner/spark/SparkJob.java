package io.flexora.runner.spark;

import io.flexora.files.queue.JobStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** An attempt at a cell in Spark's hands. */
final class SparkJob {

  // What YARN and Kubernetes tell of an executor whose cell took too much.
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "killed by YARN for exceeding (physical|virtual) memory|termination reason: OOMKilled");

  private Optional<Long> begun = Optional.empty();
  private Optional<JobStatus> end = Optional.empty();
  private boolean stopped;

  /** Takes note that it runs. */
  void begin() {
    begun = begun.or(() -> Optional.of(System.nanoTime()));
  }

  /**
   * Takes note that it has ended.
   *
   * @param why what kept its process from beginning, if something did
   */
  void ended(int code, Optional<String> why) {
    end = Optional.of(why.map(JobStatus::failed).orElse(JobStatus.ended(code)));
  }

  /** Takes note that its executor was lost. */
  void lost(String cause) {
    end =
        Optional.of(
            OUT_OF_MEMORY.matcher(cause).find()
                ? JobStatus.killed(
                    "was ended with its executor because it took more memory than that had asked for; give more by memory")
                : JobStatus.lost("its executor on Spark was lost: " + cause));
  }

  /** Takes note that the driver has ended. */
  void driverLost() {
    stopped = false;
    end =
        Optional.of(
            begun.isPresent() ? JobStatus.lost("the driver of Spark ended") : JobStatus.returned());
  }

  /** Takes note that it is to end; whether that is news. */
  boolean stop() {
    boolean news = !stopped && end.isEmpty();
    stopped |= news;
    return news;
  }

  /** The time since it began; zero before. */
  Duration took() {
    return begun.map(from -> Duration.ofNanos(System.nanoTime() - from)).orElse(Duration.ZERO);
  }

  JobStatus status() {
    if (stopped && end.isPresent()) {
      return JobStatus.killed("was ended because it took longer than time_limit allows");
    }
    return end.orElse(begun.isPresent() ? JobStatus.running() : JobStatus.queued());
  }
}
