package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.KernelAlignment;
import io.flexora.numerics.layer.LayerCount;

/** The options of {@code cka}. */
public record CkaOptions(
    @Option(doc = Docs.LAYERS + "; the paper keeps half of them", byDefault = "same") String layers,
    @Option(
            doc =
                "how the change is measured. debiased: 1 - CKA by unbiased estimates; biased: 1 -"
                    + " CKA as published, which is near 0 in all layers where there are fewer"
                    + " examples than hidden units; angular: the mean angle, in units of pi",
            byDefault = "debiased")
        Change change,
    @Option(
            doc =
                "training examples whose last token is looked at, drawn by the seed; all of them"
                    + " where there are fewer",
            byDefault = "128",
            min = KernelAlignment.FEWEST_DEBIASED)
        int examples) {

  /** How a layer's change of the hidden states is measured. */
  public enum Change {
    /** 1 - CKA with the unbiased criterion. */
    DEBIASED,
    /** 1 - CKA with centred states. */
    BIASED,
    /** The mean angle. */
    ANGULAR
  }

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public CkaOptions {
    new LayerCount(layers);
  }
}
