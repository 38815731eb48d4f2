package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.layer.LayerCount;
import java.util.Optional;

/** The options of {@code ows}. */
public record OwsOptions(
    @Option(
            doc =
                "how many layers to keep, or to train at a time where they are redrawn; 'same' for"
                    + " as many as the experiment's main selector chose or the comparison's budget"
                    + " holds equal",
            byDefault = "same")
        String layers,
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
                    + " probability in proportion to its share; redrawn: adapt all layers, and"
                    + " train those of a new draw every 'interval' steps, as OwLore does",
            byDefault = "highest")
        LayerChoice choice,
    @Option(
            doc = "steps between draws; only where layers are redrawn, where it is 50 by default",
            min = 1)
        Optional<Integer> interval,
    @Option(
            doc =
                "training examples over which the norms of the inputs are taken: a random"
                    + " sample, or all where there are fewer",
            byDefault = "128",
            min = 1)
        int examples) {

  /** A way to choose layers by their probabilities. */
  public enum LayerChoice {
    /** Those with the highest. */
    HIGHEST,
    /** At random, in proportion to them. */
    DRAWN,
    /** Anew while the training goes on. */
    REDRAWN
  }

  /**
   * Checks the number of layers and the interval.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}, or if there is an
   *     interval between draws where there is one draw or none
   */
  public OwsOptions {
    new LayerCount(layers);
    if (interval.isPresent() && choice != LayerChoice.REDRAWN) {
      throw OptionException.of(
          "interval",
          "interval: layers are chosen once; leave interval out, or write choice: redrawn");
    }
  }
}
