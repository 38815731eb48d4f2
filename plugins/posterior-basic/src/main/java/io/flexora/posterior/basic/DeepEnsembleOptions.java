package io.flexora.posterior.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link DeepEnsemble}. */
record DeepEnsembleOptions(
    @Option(
            doc = "Number of members, of which the trained model is the first.",
            byDefault = "3",
            min = 2)
        int members) {}
