package io.flexora.selector.searched;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;

/** The options of {@code evolution}. */
public record EvolutionOptions(
    @Inline SetSizes.Written sizes,
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
    @Inline TrialOptions judging) {}
