package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;

/** The options of {@code ows}. */
public record OwsOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(
            doc =
                "a weight times the length of its input is an outlier above this many times their"
                    + " mean over the layer",
            byDefault = "13",
            min = 0,
            minExclusive = true)
        double outlierRatio,
    @Option(
            doc =
                "highest: the layers with the largest shares of outliers, and the lower ones among"
                    + " equals; drawn: layers drawn one after the other by the seed, each with a"
                    + " probability in proportion to its share. Either chooses once, where OwLore"
                    + " draws anew every few steps",
            byDefault = "highest")
        Choice choice,
    @Option(
            doc =
                "training examples over which the lengths of the inputs are taken, drawn by the"
                    + " seed; all of them where there are fewer",
            byDefault = "128",
            min = 1)
        int examples) {

  /** How layers are chosen by their probabilities. */
  public enum Choice {
    /** Those with the highest. */
    HIGHEST,
    /** At random, in proportion to them. */
    DRAWN
  }

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public OwsOptions {
    new LayerCount(layers);
  }
}
