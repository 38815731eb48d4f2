package io.flexora.experiment;

import io.flexora.api.run.Phase;
import java.time.Duration;
import java.util.Optional;

/**
 * The time that a cell's search and training may take, less what they have taken before an
 * interruption.
 */
record CellTime(RunScope run, String cell) {

  private static final double MILLIS = 1e3;

  /** The time left for the search; empty if it is not limited. */
  Optional<Duration> leftForSearch() {
    return run.configuration()
        .timeLimit()
        .filter(limit -> run.configuration().timeLimitIncludesSearch())
        .map(limit -> rest(limit, taken(Phase.SEARCH)));
  }

  /**
   * The time left for the training; empty if it is not limited. Where a search took all of it, a
   * training has one step.
   */
  Optional<Duration> leftForTraining() {
    ExperimentConfiguration configuration = run.configuration();
    Duration search = configuration.timeLimitIncludesSearch() ? taken(Phase.SEARCH) : Duration.ZERO;
    return configuration
        .timeLimit()
        .map(limit -> ofTraining(limit, search, configuration.trainingTimeFactor()))
        .map(whole -> rest(whole, taken(Phase.TRAIN)));
  }

  /**
   * The time of a whole training.
   *
   * @param search what the search took, if that counts
   * @param factor how many times as long it may take as the rest; empty for once
   */
  static Duration ofTraining(Duration limit, Duration search, Optional<Double> factor) {
    Duration rest = rest(limit, search);
    return factor.map(times -> Duration.ofNanos(Math.round(times * rest.toNanos()))).orElse(rest);
  }

  private Duration taken(Phase phase) {
    double seconds = PhaseRecord.seconds(run.record(), cell, phase);
    return Duration.ofMillis((long) (seconds * MILLIS));
  }

  private static Duration rest(Duration limit, Duration taken) {
    Duration rest = limit.minus(taken);
    return rest.isNegative() ? Duration.ZERO : rest;
  }
}
