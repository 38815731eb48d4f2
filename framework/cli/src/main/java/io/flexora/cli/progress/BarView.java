package io.flexora.cli.progress;

import io.flexora.cli.output.Console;
import io.flexora.files.message.Printable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a run on a terminal: a bar for the phase that runs, and above it what was said. */
final class BarView implements RunView {

  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final long BYTES_OF_MEGABYTE = 1_000_000;
  private static final int MILLISECONDS_BETWEEN = 200;

  /** A bar that tells something; figures are left out before it is shorter. */
  private static final int LEAST_BAR = 14;

  /** What stands beside the counts: percentage, frame, time and blanks. */
  private static final int COUNTS = 26;

  private final Console console;
  private final Forecast forecast;
  private ProgressBar bar;
  private String title = "";

  BarView(Console console, Forecast forecast) {
    this.console = console;
    this.forecast = forecast;
  }

  @Override
  public synchronized void step(Step step) {
    forecast.observe(step);
    if (!step.title().equals(title)) {
      finishBar();
      title = step.title();
      bar = newBar(step);
    }
    bar.maxHint(step.total());
    bar.setExtraMessage(extra(step));
    bar.stepTo(step.done());
    if (step.ends()) {
      finishBar();
    }
  }

  @Override
  public synchronized void notice(String cell, String phase, String sentence) {
    console.raw(CLEAR_LINE);
    console.message(sentence);
    if (bar != null) {
      bar.refresh();
    }
  }

  @Override
  public synchronized void close() {
    finishBar();
  }

  private void finishBar() {
    if (bar != null) {
      bar.close();
      console.raw(System.lineSeparator());
      bar = null;
      title = "";
    }
  }

  private String extra(Step step) {
    String left = step.ends() ? "" : ProgressText.left(forecast.estimate());
    String figures = ProgressText.brief(step.progress(), room(step, left));
    return " " + left + (left.isEmpty() || figures.isEmpty() ? "" : "  ") + figures;
  }

  /** What the title, the counts and a bar of some length leave for figures. */
  private int room(Step step, String left) {
    int counts = COUNTS + 2 * Long.toString(step.total()).length();
    return console.terminal().columns()
        - Printable.line(step.title()).length()
        - LEAST_BAR
        - counts
        - left.length();
  }

  private ProgressBar newBar(Step step) {
    ProgressBarBuilder builder = new ProgressBarBuilder();
    if (step.isDownload()) {
      builder.setUnit(" MB", BYTES_OF_MEGABYTE);
    }
    return builder
        .setTaskName(Printable.line(step.title()))
        .setInitialMax(step.total())
        .setUpdateIntervalMillis(MILLISECONDS_BETWEEN)
        .setStyle(style())
        .hideEta()
        .setConsumer(new Line())
        .build();
  }

  private static ProgressBarStyle style() {
    return Charset.defaultCharset().equals(StandardCharsets.UTF_8)
        ? ProgressBarStyle.UNICODE_BLOCK
        : ProgressBarStyle.ASCII;
  }

  /** Draws the bar over the last line of the terminal. */
  private final class Line implements ProgressBarConsumer {

    @Override
    public int getMaxRenderedLength() {
      return console.terminal().columns() - 1;
    }

    @Override
    public void accept(String rendered) {
      console.raw(CLEAR_LINE + rendered);
    }

    /** Does nothing: a bar that is closed before it was first drawn does not call it. */
    @Override
    public void close() {}
  }
}
