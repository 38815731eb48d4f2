package io.flexora.metric.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link LossMetric}. */
public record LossOptions(
    @Option(
            doc =
                "What the mean is over: the examples (of several right choices the likeliest"
                    + " counts), or the tokens of all answers (the first right choice counts).",
            byDefault = "example")
        Per per) {

  /** What the mean is over. */
  public enum Per {
    /** The examples. */
    EXAMPLE,
    /** The tokens of all answers. */
    TOKEN
  }
}
