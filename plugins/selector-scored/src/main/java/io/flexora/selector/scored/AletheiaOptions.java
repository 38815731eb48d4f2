package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.selector.scored.measure.Docs;

/** The options of {@code aletheia}; the defaults are those of the authors' implementation. */
public record AletheiaOptions(
    @Option(doc = Docs.LAYERS + "; the authors keep half of them", byDefault = "same")
        String layers,
    @Option(
            doc =
                "training examples whose gradients are taken, one by one: a random sample,"
                    + " or all where there are fewer",
            byDefault = "5",
            min = 1)
        int examples,
    @Option(
            doc =
                "layers that are differentiated together; fewer take less memory and more passes,"
                    + " and the scores are the same",
            byDefault = "8",
            min = 1)
        int layersTogether,
    @Option(
            doc =
                "divide each norm by the square root of the matrix's size, so that large matrices"
                    + " do not count more",
            byDefault = "false")
        boolean normalise) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public AletheiaOptions {
    new LayerCount(layers);
  }
}
