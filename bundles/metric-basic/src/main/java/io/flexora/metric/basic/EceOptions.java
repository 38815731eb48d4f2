package io.flexora.metric.basic;

import io.flexora.api.plugin.Option;

/**
 * The options of calibration errors in bins of equal width, such as {@link
 * CalibrationError.OfEqualWidth}.
 */
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

  /** How many bins there are at most. */
  int most() {
    return edge == Edge.UPPER ? bins : bins + 1;
  }

  /** The bins. */
  Binning binning() {
    return (probability, less, all) -> bin(probability);
  }

  /** The bin of a probability. */
  int bin(double probability) {
    return edge == Edge.UPPER ? firstUpTo(probability) : (int) (probability * bins);
  }

  /** The first bin whose upper end is not below the probability. */
  private int firstUpTo(double probability) {
    int bin = Math.max(0, (int) (probability * bins) - 1);
    while (bin < bins - 1 && probability > (bin + 1.0) / bins) {
      bin++;
    }
    return bin;
  }
}
