package io.flexora.metric.answer;

import io.flexora.api.plugin.Option;

/** The options of {@link AbsoluteErrorMetric}. */
public record AbsoluteErrorOptions(
    @Option(
            doc =
                "Source of the model's number: 'expected_value', the mean of the numeric"
                    + " choices weighted by their probabilities, or 'text', the last number in the"
                    + " generated text.",
            byDefault = "expected_value")
        PointEstimate answer,
    @Option(doc = "The number of a generated text that has none.", byDefault = "0")
        double withoutNumber) {

  /** The number that counts as the model's answer. */
  public enum PointEstimate {
    /** The mean of the choices. */
    EXPECTED_VALUE,
    /** The last number of the generated text. */
    TEXT
  }
}
