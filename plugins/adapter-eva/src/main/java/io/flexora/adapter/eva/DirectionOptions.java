package io.flexora.adapter.eva;

import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.plugin.Option;

/** The options of the search for directions, by the names that PEFT gives them. */
public record DirectionOptions(
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
            doc =
                "Training examples whose activations are looked at before the training, drawn by"
                    + " the seed.",
            byDefault = "64",
            min = 1)
        int calibrationExamples,
    @Option(
            doc =
                "How many of them are looked at together. From batch to batch only the directions"
                    + " that may get a rank are carried on, as in PEFT: an approximation, which is"
                    + " exact where one batch holds all calibration_examples.",
            byDefault = "4",
            min = 1)
        int calibrationBatchSize) {

  /** The tokens whose inputs are looked at. */
  CountedTokens tokens() {
    return useLabelMask ? CountedTokens.ANSWERS : CountedTokens.ALL;
  }
}
