package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Measured;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** The layers next to the output. */
@Doc("Choose the last layers, next to the output.")
@Measured(
    "In mean accuracy over four tasks, on an encoder of 12 layers, the last 3 were 1.6 "
        + "points below 3 random ones (0.6 to 2.6) with 1,280 examples seen once, and 2.9 "
        + "points below them (1.0 to 4.8) with 256 seen ten times (manual, page study).")
public final class LastLayers extends UncomputedSelector {

  private final CountOptions options;

  @Inject
  LastLayers(CountOptions options) {
    this.options = options;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    int layers = bounds.shape().layers();
    return Layers.range(layers - options.count("last", bounds), layers, 1);
  }
}
