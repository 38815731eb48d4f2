package io.flexora.selector.scored;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.selector.scored.measure.Docs;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.Measurement;
import io.flexora.selector.scored.measure.Score;
import io.flexora.selector.scored.measure.WarmUp;

/** The options of {@code fisher}. */
public record FisherOptions(
    @Inline KeptLayers kept,
    @Option(
            doc =
                "training examples over which the squared gradients are averaged: a random"
                    + " sample, or all where there are fewer",
            byDefault = "64",
            min = 1)
        int examples,
    @Option(doc = Docs.WARM_UP, byDefault = "0", min = 0) int warmupSteps,
    @Option(doc = "batch size of the warm-up", byDefault = "8", min = 1) int batchSize,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner) {

  /** One example is a batch: the square of a batch's mean gradient would be another quantity. */
  Measurement measurement() {
    return Measurement.ofExamples(Score.FISHER, examples, WarmUp.of(warmupSteps, batchSize, inner));
  }
}
