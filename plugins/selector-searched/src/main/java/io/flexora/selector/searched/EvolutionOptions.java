package io.flexora.selector.searched;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import java.util.Optional;

/** The options of {@code evolution}. */
public record EvolutionOptions(
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
            doc = "how many sets a generation has; fewer where there are fewer sets",
            byDefault = "8",
            min = 1)
        int population,
    @Option(doc = "how many generations there are", byDefault = "3", min = 1) int generations,
    @Option(
            doc = "how many of the best sets so far are drawn to take the best of them as a parent",
            byDefault = "3",
            min = 1)
        int tournament,
    @Option(
            doc =
                "how probable it is that a set has two parents: their common layers, and the rest"
                    + " drawn from the layers of either",
            byDefault = "0.5",
            min = 0,
            max = 1)
        double crossover,
    @Option(
            doc =
                "how probable it is that a layer of a new set is exchanged for another (or, in a"
                    + " range of sizes, one is added or left out); a set with one parent always is"
                    + " changed so",
            byDefault = "0.5",
            min = 0,
            max = 1)
        double mutation,
    @Option(
            doc = "optimiser steps up to the first rung, where all sets of a generation are judged",
            byDefault = "10",
            min = 1)
        int steps,
    @Option(
            doc =
                "how many times fewer sets go on at a rung, and how many times more steps they do",
            byDefault = "2",
            min = 2,
            max = 8)
        int eta,
    @Option(
            doc =
                "how often the sets of a generation are judged; the best ones of the last rung"
                    + " are compared",
            byDefault = "2",
            min = 1,
            max = 8)
        int rungs,
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
  public EvolutionOptions {
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
