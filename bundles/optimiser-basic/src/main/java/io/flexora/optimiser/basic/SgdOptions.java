package io.flexora.optimiser.basic;

import io.flexora.api.plugin.Option;

/** The options of {@code sgd}. */
public record SgdOptions(
    @Option(doc = "weight decay, as part of the gradient", byDefault = "0", min = 0)
        double weightDecay) {}
