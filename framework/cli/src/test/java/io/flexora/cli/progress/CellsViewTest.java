package io.flexora.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.Console.Verbosity;
import io.flexora.cli.output.Terminal;
import io.flexora.cli.progress.Forecast.Estimate;
import io.flexora.comparison.cell.CellId;
import io.flexora.results.run.RunEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CellsViewTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void eachCellThatIsOverGetsALineWithItsNumber() {
    show(new Verbosity(false, false, false));

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            "4 cells, 1 of them done already",
            "2/4  m.t.all.1  accuracy 0.7300, 12.3 s",
            "3/4  m.t.flexora.1  failed: there was no room");
  }

  @Test
  void programsGetTheLedgerAsItIs() {
    show(new Verbosity(false, true, false));

    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines())
        .hasSize(3)
        .last()
        .asString()
        .contains("\"type\":\"event\"", "\"cell_failed\"", "there was no room");
  }

  @Test
  void aCellToComeTakesAsLongAsTheOneThatRunsUntilACellHasEnded() {
    long[] now = {0};
    CellsForecast forecast =
        new CellsForecast(
            List.of(new CellId("m", "t", "all", 1), new CellId("m", "t", "all", 2)),
            List::of,
            () -> Instant.ofEpochMilli(now[0]));
    forecast.observe(event("", new Event.ComparisonStarted(2, 0, 1)));
    forecast.observe(event("m.t.all.1", new Event.CellStarted()));
    forecast.observe(new Step("m.t.all.1", "train", Progress.of(1, 10)));
    now[0] = 1000;
    forecast.observe(new Step("m.t.all.1", "train", Progress.of(2, 10)));
    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(8 + 9), false));

    forecast.observe(event("m.t.all.1", ended(Optional.empty(), Double.NaN, 30.0)));
    assertThat(forecast.estimate())
        .as("it is made once a second")
        .contains(new Estimate(Duration.ofSeconds(8 + 9), false));
    now[0] = 2000;
    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(30), true));
  }

  @Test
  void aCellThatOutlastsTheUsualTimeIsTakenByItsPace() {
    long[] now = {0};
    CellsForecast forecast =
        new CellsForecast(
            List.of(new CellId("m", "t", "all", 1), new CellId("m", "t", "flexora", 1)),
            List::of,
            () -> Instant.ofEpochMilli(now[0]));
    forecast.observe(event("", new Event.ComparisonStarted(2, 0, 1)));
    forecast.observe(event("m.t.all.1", ended(Optional.empty(), Double.NaN, 30.0)));
    forecast.observe(event("m.t.flexora.1", new Event.CellStarted()));
    forecast.observe(new Step("m.t.flexora.1", "search", Progress.of(1, 10)));
    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(30), true));
    now[0] = 3_000;
    forecast.observe(new Step("m.t.flexora.1", "search", Progress.of(2, 10)));
    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(27), true));
    now[0] = 18_000;
    forecast.observe(new Step("m.t.flexora.1", "search", Progress.of(3, 10)));
    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(105), false));
  }

  @Test
  void whatCellsTookBeforeAnInterruptionCounts() {
    CellsForecast forecast =
        new CellsForecast(
            List.of(new CellId("m", "t", "all", 1), new CellId("m", "t", "all", 2)),
            () -> List.of(event("m.t.all.1", ended(Optional.empty(), Double.NaN, 12.0))),
            () -> Instant.EPOCH);
    assertThat(forecast.estimate()).isEmpty();
    forecast.observe(event("", new Event.ComparisonStarted(2, 0, 1)));
    assertThat(forecast.estimate()).contains(new Estimate(Duration.ofSeconds(12), true));
  }

  @Test
  void aMetricIsReadAsItDescribesItselfAndACommonNoticeOnce() {
    Event accuracy =
        new Event.CellEnded(
            Optional.of("accuracy"),
            Optional.of(MetricDescription.fraction("accuracy")),
            0.7312,
            List.of(0),
            3);
    Console console =
        new Console(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            new Verbosity(false, false, false),
            Terminal.none());
    CellsForecast forecast = new CellsForecast(List.of(), List::of, InstantSource.system());
    try (CellsView view = new CellsView(RunViews.on(console, forecast), forecast, console, 1)) {
      view.event(event("m.t.all.1", accuracy));
      view.notice("m.t.all.1", "", "compute_dtype: bf16");
      view.notice("m.t.all.2", "", "compute_dtype: bf16");
    }
    assertThat(err.toString())
        .contains("m.t.all.1  accuracy 73.12 %, 3.0 s")
        .as("what cells share is shown once")
        .containsOnlyOnce("compute_dtype: bf16");
  }

  private void show(Verbosity verbosity) {
    Console console =
        new Console(
            new PrintWriter(out, true), new PrintWriter(err, true), verbosity, Terminal.none());
    CellsForecast forecast = new CellsForecast(List.of(), List::of, InstantSource.system());
    try (CellsView view = new CellsView(RunViews.on(console, forecast), forecast, console, 4)) {
      view.event(event("", new Event.ComparisonStarted(4, 1, 1)));
      view.event(event("m.t.all.1", ended(Optional.of("accuracy"), 0.73, 12.34)));
      view.event(event("m.t.flexora.1", new Event.CellFailed("there was no room")));
    }
  }

  private static Event ended(Optional<String> metric, double value, double seconds) {
    return new Event.CellEnded(metric, Optional.empty(), value, List.of(0), seconds);
  }

  private static RunEvent event(String cell, Event what) {
    return new RunEvent(Instant.EPOCH, cell, "", 0, what);
  }
}
