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
            doc = "Read only the tokens of answers; false to read those of prompts, too.",
            byDefault = "true")
        boolean useLabelMask,
    @Option(
            doc =
                "Calibration examples: a random sample of the training examples, whose"
                    + " activations are read before training.",
            byDefault = "64",
            min = 1)
        int calibrationExamples,
    @Option(
            doc =
                "Batch size of the calibration. Between batches only the directions that may"
                    + " get a rank are carried over, as in PEFT. This is an approximation,"
                    + " exact where one batch holds all calibration_examples.",
            byDefault = "4",
            min = 1)
        int calibrationBatchSize) {

  /** The tokens whose inputs are looked at. */
  CountedTokens tokens() {
    return useLabelMask ? CountedTokens.ANSWERS : CountedTokens.ALL;
  }
}
