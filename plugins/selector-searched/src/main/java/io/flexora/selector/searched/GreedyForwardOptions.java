package io.flexora.selector.searched;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.numerics.layer.StartingPoint;

/** The options of {@code greedy-forward}. */
public record GreedyForwardOptions(
    @Option(
            doc =
                "number of layers to choose, or 'same': as many as the experiment's main selector"
                    + " chose or the comparison's budget requires",
            byDefault = "same")
        String layers,
    @Option(
            doc =
                "optimiser steps for which the adapters of a set are trained before its"
                    + " evaluation",
            byDefault = "20",
            min = 1,
            aliases = "inner_steps")
        int steps,
    @Inline(defaults = "validation_batches: 16") ProblemOptions problem,
    @Option(doc = "training of the adapters", byDefault = "{}") InnerOptions inner,
    @Option(doc = TrialOptions.START, byDefault = "fresh") StartingPoint.Values start) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public GreedyForwardOptions {
    new LayerCount(layers);
  }

  TrialOptions judging() {
    return new TrialOptions(EarlyStopping.OFF, problem, inner, start);
  }
}
