package io.flexora.cli.progress;

import io.flexora.cli.output.Console;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows a run in a log: a line at the begin of a phase, at its end, and now and then between. */
final class LineView implements RunView {

  private static final long MILLISECONDS_BETWEEN = 15_000;

  private final Console console;
  private final Forecast forecast;
  private final Set<String> begun = new HashSet<>();
  private long shown = System.nanoTime();

  LineView(Console console, Forecast forecast) {
    this.console = console;
    this.forecast = forecast;
  }

  @Override
  public synchronized void step(Step step) {
    forecast.observe(step);
    long now = System.nanoTime();
    boolean begins = begun.add(step.title());
    if (begins || step.ends() || now - shown > MILLISECONDS_BETWEEN * 1_000_000) {
      shown = now;
      console.message(line(step));
    }
  }

  @Override
  public synchronized void notice(String cell, String phase, String sentence) {
    console.message(sentence);
  }

  @Override
  public void close() {}

  private String line(Step step) {
    String left = step.ends() ? "" : ProgressText.left(forecast.estimate());
    return "%s %d/%d".formatted(step.title(), step.done(), step.total())
        + Stream.of(ProgressText.brief(step.progress()), left)
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("; ", "  ", ""))
            .stripTrailing();
  }
}
