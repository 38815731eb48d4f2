package io.flexora.runner.spark;

import io.flexora.api.run.CellAttempt;
import io.flexora.files.machine.ProcessEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** An attempt at a cell in Spark's hands. */
final class SparkJob {

  // What YARN and Kubernetes tell of an executor whose cell took too much.
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "killed by YARN for exceeding (physical|virtual) memory|termination reason: OOMKilled");

  private final CellAttempt attempt;
  private Optional<Long> begun = Optional.empty();
  private Optional<Long> over = Optional.empty();
  private Optional<String> loss = Optional.empty();
  private Optional<String> obstacle = Optional.empty();
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

  boolean isBegun() {
    return begun.isPresent();
  }

  /**
   * Takes note that it has ended.
   *
   * @param why what kept its process from beginning, if something did
   */
  void ended(int exitCode, Optional<String> why) {
    code = exitCode;
    obstacle = why;
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

  boolean isOver() {
    return over.isPresent();
  }

  /** What happened to its executor, if that was lost. */
  Optional<String> loss() {
    return loss;
  }

  /** Why the cell has failed, if that is not for its exit code to say and no loss. */
  Optional<String> failure() {
    if (stopped) {
      return Optional.of(end().cause("was ended because it took longer than time_limit allows"));
    }
    if (loss.filter(cause -> OUT_OF_MEMORY.matcher(cause).find()).isPresent()) {
      return Optional.of(
          end()
              .cause(
                  "was ended with its executor because it took more memory than that had asked for; give more by memory"));
    }
    return obstacle;
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

  /** How its process ended. */
  ProcessEnd end() {
    return new ProcessEnd(code, took(), ProcessEnd.lastLines(attempt.log()));
  }
}
