package io.flexora.tuner.basic;

import io.flexora.api.plugin.Option;

/** The options of successive halving. */
public record HalvingOptions(
    @Option(
            doc =
                "Reduction factor: one of this many settings goes on to the next round, and"
                    + " trains this many times as long.",
            byDefault = "3",
            min = 2,
            max = 100)
        int reduction,
    @Option(
            doc = "Rounds, the last of which has whole trainings.",
            byDefault = "3",
            min = 2,
            max = 10)
        int rounds) {}
