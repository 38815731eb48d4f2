package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.score.GenerationOptions;
import java.util.List;
import java.util.Optional;

/** The options of {@link MultipleChoiceEvaluator}. */
public record MultipleChoiceOptions(
    @Option(
            doc =
                "Tokens scored at once, padding included. It changes time and memory, not the"
                    + " figures.",
            byDefault = "4096",
            min = 1)
        int maxBatchTokens,
    @Option(doc = "What is measured.", byDefault = "[acc, acc_norm, acc_bytes, loss]")
        List<Component<Metric>> metrics,
    @Option(
            doc = "What else is measured where it fits the examples; left out where it does not.",
            byDefault = "[mcc, f1]")
        List<Component<Metric>> optionalMetrics,
    @Option(
            doc =
                "The metric that decides between models; the first of 'metrics' if not given. Where"
                    + " the choices are of very different lengths (HellaSwag, ARC, OpenBookQA),"
                    + " acc_norm is usual.",
            aliases = "decided_by")
        Optional<String> deciding,
    @Option(
            doc = "How text is generated; it is only where a metric needs it.",
            byDefault = "{}")
        GenerationOptions generation) {

  /** Copies the lists. */
  public MultipleChoiceOptions {
    metrics = List.copyOf(metrics);
    optionalMetrics = List.copyOf(optionalMetrics);
  }
}
