package io.flexora.optimiser.basic;

import io.flexora.api.plugin.Option;

/** The options of {@code momentum} and {@code nesterov}. */
public record MomentumOptions(
    @Option(doc = "momentum", byDefault = "0.9", min = 0, max = 1) double momentum,
    @Option(doc = "weight decay, as part of the gradient", byDefault = "0", min = 0)
        double weightDecay) {}
