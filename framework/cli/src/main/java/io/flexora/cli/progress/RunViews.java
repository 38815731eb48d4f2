package io.flexora.cli.progress;

import io.flexora.cli.output.Console;

/** The views of runs. */
public final class RunViews {
  /** Shows nothing: the user asked for quiet. */
  private static final class SilentView implements RunView {

    @Override
    public void step(Step step) {}

    @Override
    public void close() {}
  }

  private RunViews() {}

  /** The view that suits a console. */
  public static RunView on(Console console, Forecast forecast) {
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
