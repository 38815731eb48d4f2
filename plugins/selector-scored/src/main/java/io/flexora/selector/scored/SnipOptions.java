package io.flexora.selector.scored;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.selector.scored.measure.Docs;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.Measurement;
import io.flexora.selector.scored.measure.Score;
import io.flexora.selector.scored.measure.WarmUp;

/** The options of {@code snip}. */
public record SnipOptions(
    @Inline KeptLayers kept,
    @Option(
            doc = "training batches over which the sensitivities are averaged",
            byDefault = "8",
            min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before they are scored. 0 is for"
                    + " adapters that do not start at B = 0: where B is 0, so is the gradient in A,"
                    + " and with them every score, which is refused",
            byDefault = "20",
            min = 0)
        int warmupSteps,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner) {

  Measurement measurement() {
    return new Measurement(
        Score.SNIP, batches, batchSize, WarmUp.of(warmupSteps, batchSize, inner));
  }
}
