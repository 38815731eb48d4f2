package com.example.largestgradient;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;

/** The options of {@code largest-gradient}; in YAML, {@code batch_size} is {@code batchSize}. */
public record LargestGradientOptions(
    @Option(
            doc =
                "number of layers to keep, or 'same' for as many as the experiment's main selector"
                    + " chose or the comparison's budget holds equal",
            byDefault = "same")
        String layers,
    @Option(doc = "training batches over which the norms are averaged", byDefault = "8", min = 1)
        int batches,
    @Option(doc = "batch size", byDefault = "8", min = 1) int batchSize) {

  /**
   * Checks what no bound says.
   *
   * @throws IllegalArgumentException if {@code layers} is neither a number nor {@code same}
   */
  public LargestGradientOptions {
    new LayerCount(layers);
  }

  /** How many layers to keep. */
  LayerCount count() {
    return new LayerCount(layers);
  }

  /** The problem to look at: its training batches have {@code batch_size} examples. */
  ProblemOptions problem() {
    return new ProblemOptions(batchSize, 1, batchSize, 1);
  }
}
