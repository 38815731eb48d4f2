package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.selector.scored.measure.Docs;

/** The options of {@code weight-snr}. */
public record WeightSnrOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(
            doc =
                "divide a matrix's ratio by its largest singular value, as in the published"
                    + " code; without it, the ratio does not depend on the matrix's scale",
            byDefault = "true")
        boolean normalise) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public WeightSnrOptions {
    new LayerCount(layers);
  }
}
