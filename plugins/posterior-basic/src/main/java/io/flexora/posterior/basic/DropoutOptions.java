package io.flexora.posterior.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link DropoutPosterior}. */
record DropoutOptions(
    @Option(doc = "Number of forward passes with dropout.", byDefault = "10", min = 1)
        int samples) {}
