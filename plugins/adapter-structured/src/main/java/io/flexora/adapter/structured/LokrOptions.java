package io.flexora.adapter.structured;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;

/** The options of LoKr, by the names that PEFT gives them. */
public record LokrOptions(
    @Inline LycorisOptions lycoris,
    @Option(
            doc =
                "Write the left matrix of the Kronecker product as a product of rank r, too, where"
                    + " that has fewer numbers.",
            byDefault = "false")
        boolean decomposeBoth,
    @Option(
            doc =
                "The smaller part of inputs and outputs, which the left matrix has; -1 for the"
                    + " divisors next to the square root.",
            byDefault = "-1",
            min = -1)
        int decomposeFactor,
    @Option(
            doc = "With rank_dropout, scale the rows that are left by their share.",
            byDefault = "false")
        boolean rankDropoutScale) {}
