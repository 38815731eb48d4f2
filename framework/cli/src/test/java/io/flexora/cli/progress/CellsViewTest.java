package io.flexora.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.report.RunEvent;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.Console.Verbosity;
import io.flexora.cli.output.Terminal;
import io.flexora.host.comparison.Ledger;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
  void aCellThatFailedCostsNoMoreTime() {
    long[] now = {0};
    Forecast forecast = new Forecast(List.of("a", "b"), () -> Instant.ofEpochMilli(now[0]));
    forecast.observe(new Step("a", "train", 1, 10, Map.of()));
    now[0] = 1000;
    forecast.observe(new Step("a", "train", 2, 10, Map.of()));
    assertThat(forecast.estimate()).hasValueSatisfying(e -> assertThat(e.left()).hasSeconds(8));

    forecast.over("a");
    assertThat(forecast.estimate()).isEmpty();
  }

  private void show(Verbosity verbosity) {
    Console console =
        new Console(
            new PrintWriter(out, true), new PrintWriter(err, true), verbosity, Terminal.none());
    Forecast forecast = Forecast.none();
    try (CellsView view = new CellsView(RunView.on(console, forecast), forecast, console, 4)) {
      view.event(event("", Ledger.COMPARISON_STARTED, Map.of("done", 1L)));
      Map<String, Object> figures = Map.of("metric", "accuracy", "value", 0.73, "seconds", 12.34);
      view.event(event("m.t.all.1", Ledger.CELL_ENDED, figures));
      view.event(event("m.t.flexora.1", Ledger.CELL_FAILED, Map.of("cause", "there was no room")));
    }
  }

  private static RunEvent event(String cell, String kind, Map<String, Object> values) {
    return new RunEvent(Instant.EPOCH, cell, "", kind, 0, values);
  }
}
