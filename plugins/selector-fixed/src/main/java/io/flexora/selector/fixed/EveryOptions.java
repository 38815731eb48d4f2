package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;

/** The options of {@code every}. */
public record EveryOptions(
    @Option(doc = "the distance from one chosen layer to the next", byDefault = "2", min = 1)
        int stride,
    @Option(doc = "the first layer to choose, from 0", byDefault = "0", min = 0) int start) {}
