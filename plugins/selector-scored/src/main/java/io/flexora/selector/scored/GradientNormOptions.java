package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.LayerCount;

/** The options of {@code gradient-norm}. */
public record GradientNormOptions(
    @Option(
            doc =
                "how many layers to keep, or 'same' for as many as the experiment's main selector"
                    + " chose or the comparison's budget holds equal",
            byDefault = "same")
        String layers,
    @Option(doc = "training batches over which the norms are averaged", byDefault = "8", min = 1)
        int batches,
    @Option(doc = "examples in a batch", byDefault = "8", min = 1) int batchSize,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before they are scored. Without any,"
                    + " LoRA's B is 0 and only the gradient in B counts, as that in A is 0",
            byDefault = "0",
            min = 0)
        int warmupSteps,
    @Option(doc = "how the adapters are trained in the warm-up", byDefault = "{}")
        InnerOptions inner) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public GradientNormOptions {
    new LayerCount(layers);
  }

  Measurement measurement() {
    return new Measurement(
        Score.GRADIENT_NORM,
        batches,
        batchSize,
        new Measurement.WarmUp(warmupSteps, batchSize, inner));
  }
}
