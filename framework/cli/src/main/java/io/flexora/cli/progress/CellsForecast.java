package io.flexora.cli.progress;

import io.flexora.api.run.Event;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.run.TimeLeft;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Estimates how long a comparison still takes: as cells took that have ended, and what runs no less
 * than its phases at their pace; before the first end, others take as long as what runs.
 *
 * @since 0.1
 */
public final class CellsForecast implements Forecast {

  private static final Duration AGE = Duration.ofSeconds(1);

  private final List<CellId> cells;
  private final Supplier<List<RunEvent>> past;
  private final InstantSource clock;
  private final TimeLeft time = FlexoraHost.timeLeft();
  private final RunForecast phases;
  private Optional<Estimate> known = Optional.empty();
  private Instant estimated = Instant.MIN;

  /**
   * Begins.
   *
   * @param cells the cells of the comparison
   * @param past what happened to them before, asked for when the comparison starts
   */
  public CellsForecast(List<CellId> cells, Supplier<List<RunEvent>> past, InstantSource clock) {
    this.cells = List.copyOf(cells);
    this.past = past;
    this.clock = clock;
    this.phases = new RunForecast(List.of(), clock);
  }

  /** Takes note of what happened to a cell. */
  public synchronized void observe(RunEvent event) {
    if (event.what() instanceof Event.ComparisonStarted) {
      past.get().forEach(time::observe);
      estimated = Instant.MIN;
    }
    time.observe(event);
  }

  @Override
  public synchronized void observe(Step step) {
    phases.observe(step);
  }

  /** It goes over all cells, so it is made once a second, whatever the pace of the steps. */
  @Override
  public synchronized Optional<Estimate> estimate() {
    Instant now = clock.instant();
    if (!now.isBefore(estimated.plus(AGE)) || now.isBefore(estimated)) {
      estimated = now;
      known = estimate(now);
    }
    return known;
  }

  private Optional<Estimate> estimate(Instant now) {
    Optional<Duration> usual = time.of(cells, now);
    Optional<Duration> left = time.of(cells, now, phases::secondsLeft);
    // Where the cell that runs outlasts the usual time, its phases to come may do so too.
    return left.map(all -> new Estimate(all, left.equals(usual)))
        .or(() -> phases.estimate().map(part -> new Estimate(part.left(), /* whole= */ false)));
  }
}
