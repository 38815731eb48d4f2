package io.flexora.evaluator.likelihood;

import io.flexora.api.plugin.Option;

/** The options of {@link MultipleChoiceEvaluator}. */
public record MultipleChoiceOptions(
    @Option(
            doc =
                "Tokens scored at once, padding included. It changes time and memory, not the"
                    + " figures.",
            byDefault = "4096",
            min = 1)
        int maxBatchTokens,
    @Option(
            doc =
                "The metric that decides between models: acc, or acc_norm, as is usual where the"
                    + " choices are of very different lengths (HellaSwag, ARC, OpenBookQA).",
            byDefault = "acc")
        Accuracy decidedBy) {

  /** The two ways to find the answer that a model prefers. */
  public enum Accuracy {
    /** By log-likelihood. */
    ACC,
    /** By log-likelihood for each character. */
    ACC_NORM
  }
}
