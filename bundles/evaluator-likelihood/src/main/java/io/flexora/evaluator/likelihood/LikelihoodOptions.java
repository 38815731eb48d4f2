package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.score.GenerationOptions;
import java.util.List;
import java.util.Optional;

/** The options that the evaluators of likelihoods share. */
public record LikelihoodOptions(
    @Option(
            doc =
                "Tokens scored at once, padding included. It changes time and memory, not the"
                    + " figures.",
            byDefault = "4096",
            min = 1)
        int maxBatchTokens,
    @Option(doc = "The metrics that are measured.", byDefault = "[acc, acc_norm, acc_bytes, loss]")
        List<Component<Metric>> metrics,
    @Option(
            doc =
                "The metric that decides between models; the first of 'metrics' by default. Where"
                    + " choices are of very different lengths (HellaSwag, ARC, OpenBookQA), acc_norm"
                    + " is usual.",
            aliases = "decided_by")
        Optional<String> deciding,
    @Option(doc = "How text is generated, where a metric needs it.", byDefault = "{}")
        GenerationOptions generation) {

  /** Copies the list. */
  public LikelihoodOptions {
    metrics = List.copyOf(metrics);
  }
}
