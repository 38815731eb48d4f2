package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.LayerCount;

/** The options of {@code gradient-norm}. */
public record GradientNormOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(doc = "training batches over which the norms are averaged", byDefault = "8", min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(doc = Docs.WARM_UP, byDefault = "0", min = 0) int warmupSteps,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner) {

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
        Score.GRADIENT_NORM, batches, batchSize, WarmUp.of(warmupSteps, batchSize, inner));
  }
}
