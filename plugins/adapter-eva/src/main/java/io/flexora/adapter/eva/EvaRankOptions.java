package io.flexora.adapter.eva;

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
    @Option(
            doc = "Cosine similarity from one batch to the next at which a direction has settled.",
            byDefault = "0.99",
            min = 0,
            max = 1,
            maxExclusive = true)
        double tau,
    @Option(
            doc = "Look at the tokens of answers alone; false for those of the prompts, too.",
            byDefault = "true")
        boolean useLabelMask,
    @Option(
            doc = "Training examples whose activations are looked at, drawn by the seed.",
            byDefault = "64",
            min = 1)
        int calibrationExamples,
    @Option(doc = "How many of them are looked at together.", byDefault = "4", min = 1)
        int calibrationBatchSize,
    @Option(
            doc =
                "Most passes over these examples; the directions of the same examples settle in a"
                    + " few.",
            byDefault = "4",
            min = 1)
        int passes) {}
