package io.flexora.task.regression;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@link RegressionTask}. */
public record RegressionOptions(
    @Option(
            doc =
                "The text to score: the name of a field, or a template with fields in braces"
                    + " such as '{lemma}: {gloss}' ('{{' and '}}' stand for single braces).",
            byDefault = "text")
        String text,
    @Option(
            doc =
                "A second text, which the model reads together with the first as a pair, such as a"
                    + " hypothesis beside its premise: the name of a field, or a template as for"
                    + " text. A pair that is too long loses the end of its longer text first.")
        Optional<String> textPair,
    @Option(doc = "The name of the field that holds the number.", byDefault = "target")
        String target,
    @Option(
            doc =
                "The loss: 'mse', the squared error, or 'huber', which grows only linearly behind"
                    + " huber_delta, so that outliers count less.",
            byDefault = "mse")
        Loss loss,
    @Option(
            doc =
                "The error from which on the Huber loss is linear: in standard deviations of the"
                    + " training targets, or in their unit with scaling: none.",
            byDefault = "1",
            min = 1e-9)
        double huberDelta,
    @Option(
            doc =
                "Scaling of the numbers for the training: 'standard' learns their distance from"
                    + " the mean of the training rows in standard deviations, 'none' the numbers"
                    + " themselves. Predictions and metrics are in the unit of the field in either.",
            byDefault = "standard")
        Scaling scaling) {

  /** The training losses. */
  enum Loss {
    MSE,
    HUBER
  }

  /** The scales in which numbers are learnt. */
  enum Scaling {
    STANDARD,
    NONE
  }
}
