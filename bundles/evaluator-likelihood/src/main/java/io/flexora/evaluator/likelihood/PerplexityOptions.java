package io.flexora.evaluator.likelihood;

import io.flexora.api.plugin.Inline;

/** The options of {@link PerplexityEvaluator}. */
public record PerplexityOptions(
    @Inline(defaults = "metrics: [perplexity, {use: loss, per: token}]")
        LikelihoodOptions likelihood) {}
