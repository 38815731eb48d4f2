package io.flexora.experiment.cell;

import io.flexora.api.run.Phase;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.results.run.RunCell;
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
   * The time left for a training of all layers that the search chooses from; empty if it is not
   * limited. It may take as long as that of any cell.
   */
  Optional<Duration> leftForTrainingInSearch() {
    return run.configuration().timeLimit().map(limit -> rest(limit, taken(Phase.SEARCH)));
  }

  /**
   * The time left for the training; empty if it is not limited. Where a search took all of it, a
   * training has one step.
   */
  Optional<Duration> leftForTraining() {
    return wholeTraining().map(whole -> rest(whole, taken(Phase.TRAIN)));
  }

  /**
   * The time left for one of the further trainings of this cell's model, each of which may take as
   * long as this cell's own; empty if it is not limited.
   *
   * @param posterior the cell of the posterior that asks for it
   * @param checkpoints the name of its checkpoints
   */
  Optional<Duration> leftForFurther(RunCell posterior, String checkpoints) {
    return wholeTraining()
        .map(
            whole ->
                rest(
                    whole,
                    duration(
                        PhaseRecord.secondsOfFurther(
                            run.record(), posterior.toString(), checkpoints))));
  }

  private Optional<Duration> wholeTraining() {
    ExperimentConfiguration configuration = run.configuration();
    Duration search = configuration.timeLimitIncludesSearch() ? taken(Phase.SEARCH) : Duration.ZERO;
    return configuration
        .timeLimit()
        .map(limit -> ofTraining(limit, search, configuration.trainingTimeFactor()));
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
    return duration(PhaseRecord.seconds(run.record(), cell, phase));
  }

  private static Duration duration(double seconds) {
    return Duration.ofMillis((long) (seconds * MILLIS));
  }

  private static Duration rest(Duration limit, Duration taken) {
    Duration rest = limit.minus(taken);
    return rest.isNegative() ? Duration.ZERO : rest;
  }
}
