package io.flexora.metric.basic;

import io.flexora.api.plugin.Option;

/** The options of {@link EceMetric}. */
public record EceOptions(
    @Option(doc = "Bins of equal width: from 0 to 1/bins, and so on.", byDefault = "15", min = 1)
        int bins,
    @Option(
            doc =
                "Which end of a bin belongs to it: upper, as in the paper; or lower, as in"
                    + " torchmetrics 1.9, where a probability of 1 has a bin of its own.",
            byDefault = "upper")
        Edge edge) {

  /** An end of a bin. */
  public enum Edge {
    /** Bins are (low, high]. */
    UPPER,
    /** Bins are [low, high), and 1 has one of its own. */
    LOWER
  }
}
