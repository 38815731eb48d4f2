package io.flexora.evaluator.classification;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@link ClassificationEvaluator}. */
public record ClassificationOptions(
    @Option(
            doc = "Examples scored at once. It changes time and memory, not the figures.",
            byDefault = "64",
            min = 1)
        int batchSize,
    @Option(doc = "What is measured.", byDefault = "[accuracy, macro_f1, loss]")
        List<Component<Metric>> metrics,
    @Option(doc = "The metric that decides between models; the first of 'metrics' if not given.")
        Optional<String> deciding) {

  /** Copies the list. */
  public ClassificationOptions {
    metrics = List.copyOf(metrics);
  }
}
