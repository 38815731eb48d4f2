package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;

/** The options of the random selector. */
public record RandomOptions(
    @Option(doc = CountOptions.LAYERS, byDefault = "same") String layers,
    @Option(
            doc =
                "share out the layers among seeds that follow one another, so that a few seeds"
                    + " do not lean to one end of the model: with three of twelve layers seeds"
                    + " 1 to 4 have each layer once, and so do 5 to 8",
            byDefault = "false")
        boolean balanced) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if {@code layers} is neither a number nor {@code same}
   */
  public RandomOptions {
    new LayerCount(layers);
  }
}
