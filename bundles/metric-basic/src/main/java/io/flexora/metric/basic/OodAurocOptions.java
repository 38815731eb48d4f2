package io.flexora.metric.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link OodAurocMetric}. */
public record OodAurocOptions(
    @Option(
            doc =
                "What the model's certainty is: minus the entropy of the choices' probabilities,"
                    + " divided by the logarithm of their number, so that test sets with other"
                    + " numbers of choices compare; or the predicted choice's probability, which"
                    + " needs the same number of choices in every example.",
            byDefault = "entropy")
        Certainty score) {

  /** The measure of the model's certainty. */
  public enum Certainty {
    /** Minus the entropy, divided by its maximum. */
    ENTROPY,
    /** The probability of the predicted choice. */
    CONFIDENCE
  }
}
