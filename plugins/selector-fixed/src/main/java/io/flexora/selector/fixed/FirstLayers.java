package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Measured;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** The layers next to the input. */
@Doc("Choose the first layers, next to the input.")
@Measured(
    "In mean accuracy over four tasks, on an encoder of 12 layers, the first 3 were 1.0 "
        + "points below 3 random ones (0.2 to 1.8) with 1,280 examples seen once, and 0.8 "
        + "points below them (-0.8 to 2.3) with 256 seen ten times (manual, page study).")
public final class FirstLayers extends UncomputedSelector {

  private final CountOptions options;

  @Inject
  FirstLayers(CountOptions options) {
    this.options = options;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    return Layers.range(0, options.count("first", bounds), 1);
  }
}
