package io.flexora.metric.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link LossMetric}. */
public record LossOptions(
    @Option(
            doc =
                "Averaging over examples (the likeliest of several right choices counts), or"
                    + " over the tokens of all answers (the first right choice counts).",
            byDefault = "example")
        Per per) {

  /** The unit of the mean. */
  public enum Per {
    /** The examples. */
    EXAMPLE,
    /** The tokens of all answers. */
    TOKEN
  }
}
