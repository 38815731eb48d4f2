package io.flexora.selector.scored;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.selector.scored.measure.AdapterShares;
import io.flexora.selector.scored.measure.Docs;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.Measurement;
import io.flexora.selector.scored.measure.WarmUp;

/** The options of {@code lora-drop}. */
public record LoraDropOptions(
    @Inline KeptLayers kept,
    @Option(
            doc =
                "normalise the squared output of an adapter by that of the frozen module, which"
                    + " grows with depth in some models",
            byDefault = "false")
        boolean relative,
    @Option(
            doc =
                "separate: shares among the modules of each kind, such as query, averaged over"
                    + " a layer; together: sums over a layer's modules, so that modules with the"
                    + " largest outputs dominate",
            byDefault = "separate")
        Modules modules,
    @Option(doc = "training batches over which the outputs are measured", byDefault = "8", min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before their outputs are measured;"
                    + " at least one, since before the first they put out nothing",
            byDefault = "100",
            min = 1)
        int warmupSteps,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "let the layers that are not kept share one adapter for each module, as in the"
                    + " paper; otherwise they have none",
            byDefault = "false")
        boolean share) {

  /** A way to put the modules of a layer together. */
  public enum Modules {
    /** The mean of their shares among the modules of each kind. */
    SEPARATE,
    /** The share of their sum. */
    TOGETHER
  }

  Measurement measurement() {
    return new Measurement(
        new AdapterShares(relative, modules == Modules.TOGETHER),
        batches,
        batchSize,
        WarmUp.of(warmupSteps, batchSize, inner));
  }
}
