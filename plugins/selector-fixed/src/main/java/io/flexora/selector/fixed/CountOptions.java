package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;

/** The option of selectors that choose so many layers. */
public record CountOptions(@Option(doc = CountOptions.LAYERS, byDefault = "same") String layers) {

  static final String LAYERS =
      "number of layers to choose, or 'same': as many as the experiment's main selector chose or"
          + " the comparison's budget requires";

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public CountOptions {
    new LayerCount(layers);
  }
}
