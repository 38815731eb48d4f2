package io.flexora.evaluator.classification;

import io.flexora.api.plugin.Option;

/** The options of {@link ClassificationEvaluator}. */
public record ClassificationOptions(
    @Option(
            doc = "Examples scored at once. It changes time and memory, not the figures.",
            byDefault = "64",
            min = 1)
        int batchSize) {}
