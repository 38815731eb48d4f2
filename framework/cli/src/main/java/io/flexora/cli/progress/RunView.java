package io.flexora.cli.progress;

import io.flexora.cli.output.Console;
import io.flexora.runstore.RunListener;
import java.util.Map;

/**
 * Shows a run. Calls may come from several threads.
 *
 * @since 0.1
 */
public interface RunView extends RunListener, AutoCloseable {

  /** A step was done. */
  void step(Step step);

  @Override
  default void progress(
      String cell, String phase, long done, long total, Map<String, Object> figures) {
    step(new Step(cell, phase, done, total, figures));
  }

  /** Leaves the screen as it is, ready for other text. */
  @Override
  void close();

  /** The view that suits a console. */
  static RunView on(Console console, Forecast forecast) {
    if (console.verbosity().json()) {
      return new JsonView(console, forecast);
    }
    if (console.verbosity().quiet()) {
      return new SilentView();
    }
    return console.terminal().messages()
        ? new BarView(console, forecast)
        : new LineView(console, forecast);
  }
}
