package io.flexora.evaluator.classification;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@link ClassificationEvaluator}. */
public record ClassificationEvaluatorOptions(
    @Option(
            doc = "Evaluation batch size. It affects time and memory, not the results.",
            byDefault = "32",
            min = 1)
        int batchSize,
    @Option(doc = "The metrics to compute.", byDefault = "[accuracy, macro_f1, loss]")
        List<Component<Metric>> metrics,
    @Option(
            doc =
                "The primary metric, which decides between models. Default: the first of"
                    + " 'metrics'.")
        Optional<String> deciding) {

  /** Copies the list. */
  public ClassificationEvaluatorOptions {
    metrics = List.copyOf(metrics);
  }
}
