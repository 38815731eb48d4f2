package io.flexora.tuner.basic;

import io.flexora.api.plugin.Option;

/** The options of the grid. */
public record GridOptions(
    @Option(
            doc =
                "How many values the grid has of an option with low and high, both included; whole"
                    + " numbers may have fewer. Of a list it has all values.",
            byDefault = "3",
            min = 2,
            max = GridTuner.MOST_POINTS)
        int points) {}
