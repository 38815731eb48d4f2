package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.LayerCount;

/** The options of {@code snip}. */
public record SnipOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(
            doc = "training batches over which the sensitivities are averaged",
            byDefault = "8",
            min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before they are scored; at least one,"
                    + " since before the first LoRA's B and the gradient in A are 0, and with them"
                    + " every sensitivity",
            byDefault = "20",
            min = 1)
        int warmupSteps,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public SnipOptions {
    new LayerCount(layers);
  }

  Measurement measurement() {
    return new Measurement(
        Score.SNIP, batches, batchSize, WarmUp.of(warmupSteps, batchSize, inner));
  }
}
