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
                "Maximum number of tokens scored in one pass, including padding. It affects"
                    + " time and memory, not the results.",
            byDefault = "4096",
            min = 1)
        int maxBatchTokens,
    @Option(doc = "The metrics to compute.", byDefault = "[acc, acc_norm, acc_bytes, loss]")
        List<Component<Metric>> metrics,
    @Option(
            doc =
                "The primary metric, which decides between models. Default: the first of"
                    + " 'metrics'. Where choices differ much in length (HellaSwag, ARC, OpenBookQA),"
                    + " acc_norm is usual.",
            aliases = "decided_by")
        Optional<String> deciding,
    @Option(doc = "Text generation, for metrics that need it.", byDefault = "{}")
        GenerationOptions generation) {

  /** Copies the list. */
  public LikelihoodOptions {
    metrics = List.copyOf(metrics);
  }
}
