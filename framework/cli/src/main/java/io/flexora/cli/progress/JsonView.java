package io.flexora.cli.progress;

import io.flexora.cli.output.Console;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.RunEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** Shows a run to a program, one JSON object for each step, event and notice. */
final class JsonView implements RunView {

  private final Console console;
  private final Forecast forecast;

  JsonView(Console console, Forecast forecast) {
    this.console = console;
    this.forecast = forecast;
  }

  @Override
  public synchronized void step(Step step) {
    forecast.observe(step);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("cell", step.cell());
    line.put("phase", step.phase());
    line.put("done", step.done());
    line.put("total", step.total());
    forecast.estimate().ifPresent(estimate -> left(line, estimate));
    line.put("figures", FlexoraHost.json(step.progress()));
    console.json("progress", line);
  }

  @Override
  public synchronized void event(RunEvent event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("cell", event.cell());
    line.put("phase", event.phase());
    line.put("kind", event.kind());
    line.put("values", FlexoraHost.json(event.what()));
    console.json("event", line);
  }

  @Override
  public synchronized void notice(String cell, String phase, String sentence) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("cell", cell);
    line.put("phase", phase);
    line.put("sentence", sentence);
    console.json("notice", line);
  }

  @Override
  public void close() {}

  private static void left(Map<String, Object> line, Forecast.Estimate estimate) {
    line.put("seconds_left", estimate.left().toSeconds());
    line.put("whole_run", estimate.whole());
  }
}
