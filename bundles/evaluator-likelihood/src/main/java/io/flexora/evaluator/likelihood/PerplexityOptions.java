package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.score.GenerationOptions;
import java.util.List;
import java.util.Optional;

/** The options of {@link PerplexityEvaluator}. */
public record PerplexityOptions(
    @Option(
            doc =
                "Tokens scored at once, padding included. It changes time and memory, not the"
                    + " figures.",
            byDefault = "4096",
            min = 1)
        int maxBatchTokens,
    @Option(doc = "What is measured.", byDefault = "[perplexity, {use: loss, per: token}]")
        List<Component<Metric>> metrics,
    @Option(doc = "The metric that decides between models; the first of 'metrics' if not given.")
        Optional<String> deciding,
    @Option(
            doc = "How text is generated; it is only where a metric needs it.",
            byDefault = "{}")
        GenerationOptions generation) {

  /** Copies the list. */
  public PerplexityOptions {
    metrics = List.copyOf(metrics);
  }
}
