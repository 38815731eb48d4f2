package io.flexora.optimiser.lion;

import io.flexora.api.plugin.Option;

/** The options of {@code lion}; names and defaults are those of PyTorch's implementations. */
public record LionOptions(
    @Option(
            doc = "part of the momentum in the direction of a step",
            byDefault = "0.9",
            min = 0,
            max = 1,
            maxExclusive = true)
        double beta1,
    @Option(
            doc = "decay of the momentum",
            byDefault = "0.99",
            min = 0,
            max = 1,
            maxExclusive = true)
        double beta2,
    @Option(doc = "weight decay, decoupled from the gradient", byDefault = "0", min = 0)
        double weightDecay) {}
