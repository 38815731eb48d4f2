package io.flexora.selector.searched;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;

/** The options of {@code evolution}. */
public record EvolutionOptions(
    @Inline SetSizes.SetSizeOptions sizes,
    @Option(doc = "population size; fewer where there are fewer sets", byDefault = "8", min = 1)
        int population,
    @Option(doc = "number of generations", byDefault = "3", min = 1) int generations,
    @Option(
            doc = "tournament size: sets drawn, of which the best becomes a parent",
            byDefault = "3",
            min = 1)
        int tournament,
    @Option(
            doc =
                "crossover probability: a set has two parents, inherits their common layers,"
                    + " and draws the rest from the layers of either",
            byDefault = "0.5",
            min = 0,
            max = 1)
        double crossover,
    @Option(
            doc =
                "mutation probability: a layer of a new set is exchanged for another (or, in a"
                    + " range of sizes, one is added or removed); a set with one parent is always"
                    + " mutated",
            byDefault = "0.5",
            min = 0,
            max = 1)
        double mutation,
    @Option(
            doc =
                "optimiser steps up to the first rung, at which all sets of a generation are"
                    + " evaluated",
            byDefault = "10",
            min = 1)
        int steps,
    @Option(
            doc =
                "reduction factor of successive halving: at each rung one in eta sets"
                    + " continues, with eta times as many steps",
            byDefault = "2",
            min = 2,
            max = 8)
        int eta,
    @Option(
            doc = "number of rungs, at each of which the sets of a generation are evaluated",
            byDefault = "2",
            min = 1,
            max = 8)
        int rungs,
    @Inline TrialOptions judging) {

  /**
   * Checks that the search can end by itself, where it is asked to.
   *
   * @throws IllegalArgumentException if there are too few generations for that
   */
  public EvolutionOptions {
    judging.requireReachable(
        generations,
        population,
        rungs,
        "generations: %d with population: %d".formatted(generations, population));
  }
}
