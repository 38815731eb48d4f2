package io.flexora.cli.progress;

import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.cli.output.Console;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.RunListener;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A view of a comparison: the running cell as in a run, a line for each cell that has ended, and
 * each notice of the cells once.
 *
 * @since 0.1
 */
public final class CellsView implements RunListener, AutoCloseable {

  private final RunView view;
  private final CellsForecast forecast;
  private final Console console;
  private final int cells;
  private final Set<String> noticed = new HashSet<>();
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
  public void progress(String cell, String phase, Progress progress) {
    view.progress(cell, phase, progress);
  }

  @Override
  public synchronized void event(RunEvent event) {
    view.event(event);
    forecast.observe(event);
    if (console.verbosity().json()) {
      return;
    }
    if (event.what() instanceof Event.ComparisonStarted started) {
      over = started.done();
      String known = over == 0 ? "" : ", " + over + " of them done already";
      view.notice("", "", "%d cells%s".formatted(cells, known));
    } else if (event.what() instanceof Event.CellEnded ended) {
      tell(event.cell(), ended(ended));
    } else if (event.what() instanceof Event.CellFailed failed) {
      tell(event.cell(), "failed: " + failed.cause());
    }
  }

  private void tell(String cell, String what) {
    over++;
    // A tuning that is limited by time has more trials than were known.
    view.notice("", "", "%d/%d  %s  %s".formatted(over, Math.max(cells, over), cell, what));
  }

  private static String ended(Event.CellEnded cell) {
    String measured =
        cell.metric()
            .filter(metric -> Double.isFinite(cell.value()))
            .map(metric -> "%s %s, ".formatted(metric, value(cell)))
            .orElse("");
    return measured + String.format(Locale.ROOT, "%.1f s", cell.seconds());
  }

  private static String value(Event.CellEnded cell) {
    boolean percent = cell.metricDescription().filter(MetricDescription::percent).isPresent();
    return percent
        ? String.format(Locale.ROOT, "%.2f %%", 100 * cell.value())
        : String.format(Locale.ROOT, "%.4f", cell.value());
  }

  @Override
  public synchronized void notice(String cell, String phase, String sentence) {
    if (cell.isEmpty() || console.verbosity().json() || noticed.add(sentence)) {
      view.notice(cell, phase, sentence);
    }
  }

  @Override
  public void close() {
    view.close();
  }
}
