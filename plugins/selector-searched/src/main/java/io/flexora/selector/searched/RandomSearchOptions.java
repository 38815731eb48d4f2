package io.flexora.selector.searched;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import java.util.Optional;

/** The options of {@code random-search}. */
public record RandomSearchOptions(
    @Option(
            doc =
                "how many layers a set has, or 'same' for as many as the experiment's main selector"
                    + " chose or the comparison's budget holds equal; 'same' when not written")
        Optional<String> layers,
    @Option(doc = "the fewest layers of a set, instead of layers", min = 1)
        Optional<Integer> minLayers,
    @Option(doc = "the most layers of a set, instead of layers", min = 1)
        Optional<Integer> maxLayers,
    @Option(
            doc = "how many sets are tried, no set twice; all of them where there are fewer",
            byDefault = "16",
            min = 1)
        int trials,
    @Option(
            doc = "optimiser steps for which the adapters of a set are trained before it is judged",
            byDefault = "20",
            min = 1,
            aliases = "inner_steps")
        int steps,
    @Option(doc = "examples in a training batch", byDefault = "8", min = 1) int batchSize,
    @Option(
            doc = "training batches whose gradients are averaged in one step",
            byDefault = "1",
            min = 1)
        int gradientAccumulationSteps,
    @Option(doc = "examples in a validation batch", byDefault = "8", min = 1)
        int validationBatchSize,
    @Option(
            doc =
                "validation batches over which a set's loss is averaged, the same for all sets; few"
                    + " make the choice a matter of luck",
            byDefault = "16",
            min = 1)
        int validationBatches,
    @Option(doc = "how the adapters are trained", byDefault = "{}") InnerOptions inner) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}, or contradicts the
   *     range
   */
  public RandomSearchOptions {
    new SetSizes.Written(layers, minLayers, maxLayers);
  }

  SetSizes.Written sizes() {
    return new SetSizes.Written(layers, minLayers, maxLayers);
  }

  Judging judging() {
    return new Judging(
        new ProblemOptions(
            batchSize, gradientAccumulationSteps, validationBatchSize, validationBatches),
        inner);
  }
}
