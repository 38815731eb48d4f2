package io.flexora.adapter.eva;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of the selector {@code eva}, by the names that PEFT gives them. */
public record EvaRankOptions(
    @Option(
            doc = "Rank of all modules that is shared out among them. Default: the adapter's own.",
            min = 1)
        Optional<Integer> referenceRank,
    @Option(
            doc = "Most ranks of a module, as a multiple of the rank that is shared out.",
            byDefault = "2",
            min = 1)
        double rho,
    @Inline DirectionOptions directions,
    @Option(
            doc =
                "Most passes over these examples; the directions of the same examples settle in a"
                    + " few.",
            byDefault = "4",
            min = 1)
        int passes) {}
