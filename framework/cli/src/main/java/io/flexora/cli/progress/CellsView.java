package io.flexora.cli.progress;

import io.flexora.api.report.RunEvent;
import io.flexora.cli.output.Console;
import io.flexora.comparison.Ledger;
import io.flexora.runstore.RunListener;
import java.util.Locale;
import java.util.Map;

/**
 * Shows a comparison: the cell that runs as any run is shown, and a line for each cell that is
 * over.
 *
 * @since 0.1
 */
public final class CellsView implements RunListener, AutoCloseable {

  private final RunView view;
  private final CellsForecast forecast;
  private final Console console;
  private final int cells;
  private int over;

  /**
   * Makes the view.
   *
   * @param view shows the cell that runs
   * @param forecast what the view estimates the time by
   * @param cells how many cells there are
   */
  public CellsView(RunView view, CellsForecast forecast, Console console, int cells) {
    this.view = view;
    this.forecast = forecast;
    this.console = console;
    this.cells = cells;
  }

  @Override
  public void progress(
      String cell, String phase, long done, long total, Map<String, Object> figures) {
    view.progress(cell, phase, done, total, figures);
  }

  @Override
  public synchronized void event(RunEvent event) {
    view.event(event);
    forecast.observe(event);
    if (console.verbosity().json()) {
      return;
    }
    Map<String, Object> values = event.values();
    switch (event.kind()) {
      case Ledger.COMPARISON_STARTED -> {
        over = ((Number) values.get("done")).intValue();
        String known = over == 0 ? "" : ", " + over + " of them done already";
        view.notice("", "", "%d cells%s".formatted(cells, known));
      }
      case Ledger.CELL_ENDED -> tell(event.cell(), ended(values));
      case Ledger.CELL_FAILED -> tell(event.cell(), "failed: " + values.get("cause"));
      default -> {
        // Said by the view of the run.
      }
    }
  }

  private void tell(String cell, String what) {
    over++;
    view.notice("", "", "%d/%d  %s  %s".formatted(over, cells, cell, what));
  }

  private static String ended(Map<String, Object> values) {
    String measured =
        values.get("value") instanceof Number value
            ? String.format(Locale.ROOT, "%s %.4f, ", values.get("metric"), value.doubleValue())
            : "";
    return measured + String.format(Locale.ROOT, "%.1f s", (Double) values.get("seconds"));
  }

  @Override
  public void notice(String cell, String phase, String sentence) {
    view.notice(cell, phase, sentence);
  }

  @Override
  public void close() {
    view.close();
  }
}
