package io.flexora.experiment;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Phase;
import java.time.Duration;
import java.util.List;
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
        .map(limit -> rest(limit, Phase.SEARCH));
  }

  /**
   * The time left for the training; empty if it is not limited. Where a search took all of it, a
   * training has one step.
   */
  Optional<Duration> leftForTraining() {
    return run.configuration()
        .timeLimit()
        .map(
            limit ->
                run.configuration().timeLimitIncludesSearch()
                    ? rest(limit, Phase.SEARCH, Phase.TRAIN)
                    : rest(limit, Phase.TRAIN));
  }

  private Duration rest(Duration limit, Phase... phases) {
    List<RunEvent> record = run.record();
    Duration rest = limit;
    for (Phase phase : phases) {
      double seconds = PhaseRecord.seconds(record, cell, phase);
      rest = rest.minus(Duration.ofMillis((long) (seconds * MILLIS)));
    }
    return rest.isNegative() ? Duration.ZERO : rest;
  }
}
