package io.flexora.selector.scored;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.selector.scored.measure.Docs;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.WarmUp;

/** The options of {@code weight-norm}. */
public record WeightNormOptions(
    @Inline KeptLayers kept,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before they are measured, such as"
                    + " those of a whole training; at least one, since before the first they change"
                    + " nothing",
            byDefault = "100",
            min = 1)
        int warmupSteps,
    @Option(doc = "batch size of these steps", byDefault = "8", min = 1) int batchSize,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner) {

  WarmUp warmUp() {
    return WarmUp.of(warmupSteps, batchSize, inner);
  }
}
