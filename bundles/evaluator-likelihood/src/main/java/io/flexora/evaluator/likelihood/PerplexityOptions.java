package io.flexora.evaluator.likelihood;

import io.flexora.api.plugin.Option;

/** The options of {@link PerplexityEvaluator}. */
public record PerplexityOptions(
    @Option(
            doc =
                "Tokens scored at once, padding included. It changes time and memory, not the"
                    + " figures.",
            byDefault = "4096",
            min = 1)
        int maxBatchTokens) {}
