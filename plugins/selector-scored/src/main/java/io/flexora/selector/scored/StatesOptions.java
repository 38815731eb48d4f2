package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.selector.scored.measure.Docs;

/** The options of a {@link StatesSelector}. */
public record StatesOptions(
    @Option(doc = Docs.LAYERS, byDefault = "same") String layers,
    @Option(
            doc = "training examples, drawn by the seed; all of them where there are fewer",
            byDefault = "32",
            min = 1)
        int examples) {

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public StatesOptions {
    new LayerCount(layers);
  }
}
