package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.selector.scored.measure.Docs;

/** The options of {@code resnorm}. */
public record ResnormOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(
            doc = "training examples, drawn by the seed; all of them where there are fewer",
            byDefault = "32",
            min = 1)
        int examples,
    @Option(
            doc =
                "what is added to the diagonal of the inputs' second moment, relative to its mean,"
                    + " so that it can be inverted",
            byDefault = "0.001",
            min = 0,
            minExclusive = true)
        double damping,
    @Option(
            doc =
                "layers that are measured together; fewer take less memory and more passes, and the"
                    + " scores are the same",
            byDefault = "8",
            min = 1)
        int layersTogether) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public ResnormOptions {
    new LayerCount(layers);
  }
}
