package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.selector.scored.measure.Docs;
import io.flexora.selector.scored.measure.HiddenChange;
import io.flexora.selector.scored.measure.Measurement;
import io.flexora.selector.scored.measure.WarmUp;

/** The options of {@code hidden-change}. */
public record HiddenChangeOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(
            doc =
                "largest: the layers that change the hidden states most; smallest: those"
                    + " whose removal would harm least",
            byDefault = "largest")
        Keep keep,
    @Option(doc = "training batches whose tokens are averaged", byDefault = "8", min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize) {

  /** A rule for the layers that are kept. */
  public enum Keep {
    /** Those with the largest angles. */
    LARGEST,
    /** Those with the smallest. */
    SMALLEST
  }

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public HiddenChangeOptions {
    new LayerCount(layers);
  }

  Measurement measurement() {
    return new Measurement(new HiddenChange(), batches, batchSize, WarmUp.none());
  }
}
