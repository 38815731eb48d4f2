package io.flexora.selector.searched;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;

/** The options of {@code random-search}. */
public record RandomSearchOptions(
    @Inline SetSizes.SetSizeOptions sizes,
    @Option(doc = "number of distinct sets to try, at most all", byDefault = "16", min = 1)
        int trials,
    @Option(
            doc =
                "optimiser steps for which the adapters of a set are trained before its"
                    + " evaluation",
            byDefault = "20",
            min = 1,
            aliases = "inner_steps")
        int steps,
    @Inline TrialOptions judging) {

  /**
   * Checks that the search can end by itself, where it is asked to.
   *
   * @throws IllegalArgumentException if there are too few sets for that
   */
  public RandomSearchOptions {
    judging.requireReachable(1, trials, 1, "trials: " + trials);
  }
}
