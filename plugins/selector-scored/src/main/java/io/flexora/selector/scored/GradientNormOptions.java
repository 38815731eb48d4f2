package io.flexora.selector.scored;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.selector.scored.measure.Docs;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.Measurement;
import io.flexora.selector.scored.measure.Score;
import io.flexora.selector.scored.measure.WarmUp;

/** The options of {@code gradient-norm}. */
public record GradientNormOptions(
    @Inline KeptLayers kept,
    @Option(doc = "training batches over which the norms are averaged", byDefault = "8", min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(doc = Docs.WARM_UP, byDefault = "0", min = 0) int warmupSteps,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner) {

  Measurement measurement() {
    return new Measurement(
        Score.GRADIENT_NORM, batches, batchSize, WarmUp.of(warmupSteps, batchSize, inner));
  }
}
