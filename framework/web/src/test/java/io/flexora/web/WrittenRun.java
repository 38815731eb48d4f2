package io.flexora.web;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunResult;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Folders of runs as those that run them write them. */
final class WrittenRun {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  private WrittenRun() {}

  static String configuration(String name, String selector, String rate) {
    return """
    name: %s
    model: {use: encoder@1.0.0, source: "hf:org/bge-small@main"}
    task: {use: classification@1.0.0, text: gloss}
    selector: %s@1.0.0
    baselines: {all: all@1.0.0}
    trainer: {use: gradient@1.0.0, learning_rate: %s, betas: [0.9, 0.999]}
    """
        .formatted(name, selector, rate);
  }

  /** A run whose folder its process still has. */
  static RunFolder begun(Path runs, String name, String selector, String rate) {
    return RunFolder.create(runs, name, TIME, configuration(name, selector, rate));
  }

  static void step(RunFolder run, String phase, long step, double loss, double... gates) {
    Progress told = Progress.of(step, 9).withTrainingLoss(loss);
    run.events()
        .append(
            new RunEvent(
                WrittenComparison.START.plusSeconds(step),
                "main",
                phase,
                step,
                new Event.StepDone(gates.length == 0 ? told : told.with("gates", gates))));
  }

  /**
   * Ends a run whose main cell chose the layers 0 and 2.
   *
   * @param modules what it chose of them; none for all of both
   */
  static void end(RunFolder run, double accuracy, ChosenModule... modules) {
    CellOutcome main = outcome(accuracy, List.of(0, 2), modules);
    run.cell("main").writeOutcome(main);
    run.writeResult(
        new RunResult(
            "r",
            3,
            new CellResult("flexora", main),
            Map.of("all", new CellResult("all", outcome(0.5, List.of(0, 1, 2))))));
  }

  private static CellOutcome outcome(
      double accuracy, List<Integer> layers, ChosenModule... modules) {
    return CellOutcome.of(7)
        .selectedLayers(layers)
        .selectedModules(List.of(modules))
        .scores(Map.of("gate", List.of(1.2, Double.NaN, 1.1)))
        .trainableParameters(1000)
        .metrics(
            Map.of(
                "accuracy",
                new MetricValue(MetricDescription.fraction("accuracy"), accuracy, 0.01)))
        .deciding(Optional.of("accuracy"))
        .seconds(Map.of("search", 2.0, "train", 3.0))
        .peakMemoryBytes(Map.of("train", 1L << 30))
        .versions(Map.of("flexora", "1"))
        .build();
  }

  /** A run that has ended, as by {@link #end}. */
  static Path done(
      Path runs,
      String name,
      String selector,
      String rate,
      double accuracy,
      ChosenModule... modules) {
    try (RunFolder run = begun(runs, name, selector, rate)) {
      step(run, "search", 1, 2.5, 1.2, 0.9, 1.1);
      step(run, "train", 1, 2.0);
      step(run, "train", 2, 1.5);
      end(run, accuracy, modules);
      return run.path();
    }
  }
}
