package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.LayerCount;

/** The options of {@code fisher}. */
public record FisherOptions(
    @Option(
            doc =
                "how many layers to keep, or 'same' for as many as the experiment's main selector"
                    + " chose or the comparison's budget holds equal",
            byDefault = "same")
        String layers,
    @Option(
            doc = "training examples over which the squared gradients are averaged",
            byDefault = "64",
            min = 1)
        int examples,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before they are scored. Without any,"
                    + " LoRA's B is 0 and only the gradient in B counts, as that in A is 0",
            byDefault = "0",
            min = 0)
        int warmupSteps,
    @Option(doc = "examples in a batch of the warm-up", byDefault = "8", min = 1) int batchSize,
    @Option(doc = "how the adapters are trained in the warm-up", byDefault = "{}")
        InnerOptions inner) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public FisherOptions {
    new LayerCount(layers);
  }

  /** One example is a batch: the square of a batch's mean gradient would be another quantity. */
  Measurement measurement() {
    return new Measurement(
        Score.FISHER, examples, 1, new Measurement.WarmUp(warmupSteps, batchSize, inner));
  }
}
