package io.flexora.host.experiment;

import io.flexora.api.report.RunEvent;
import io.flexora.api.run.FlexoraException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The time that a cell's training may take, less what it has taken before an interruption. */
record CellTime(RunScope run, String cell) {

  private static final double MILLIS = 1e3;

  /**
   * The time left; empty if it is not limited.
   *
   * @throws FlexoraException if the limit is that of search and training together, and the search
   *     alone took as long
   */
  Optional<Duration> left() {
    return run.configuration().timeLimit().map(this::left);
  }

  private Duration left(Duration limit) {
    List<RunEvent> record = run.record();
    Duration rest = limit;
    if (run.configuration().timeLimitIncludesSearch()) {
      rest = rest.minus(taken(record, Phase.SEARCH));
      if (rest.isNegative() || rest.isZero()) {
        throw new FlexoraException(
            String.format(
                Locale.ROOT,
                "the search alone took %.1f s, but search and training together may take %.1f s;"
                    + " let the search take fewer steps, or allow more seconds",
                taken(record, Phase.SEARCH).toMillis() / MILLIS,
                limit.toMillis() / MILLIS));
      }
    }
    rest = rest.minus(taken(record, Phase.TRAIN));
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  private Duration taken(List<RunEvent> record, Phase phase) {
    return Duration.ofMillis((long) (PhaseRecord.seconds(record, cell, phase) * MILLIS));
  }
}
