package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.selector.scored.measure.Ablation;
import io.flexora.selector.scored.measure.Docs;
import io.flexora.selector.scored.measure.Measurement;
import io.flexora.selector.scored.measure.WarmUp;

/** The options of {@code leave-one-out}. */
public record LeaveOneOutOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(
            doc = "validation batches over which the rise of the loss is averaged",
            byDefault = "8",
            min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before they are left out one by one;"
                    + " at least one, since before the first there is nothing to leave out",
            byDefault = "100",
            min = 1)
        int warmupSteps,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public LeaveOneOutOptions {
    new LayerCount(layers);
  }

  Measurement measurement() {
    return new Measurement(
        new Ablation(), batches, batchSize, WarmUp.of(warmupSteps, batchSize, inner));
  }
}
