package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Measured;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** The layers furthest from the input and the output. */
@Doc("Choose the layers in the middle; of two equally central sets, the lower one.")
@Measured(
    "In mean accuracy over four tasks, on an encoder of 12 layers, the middle 3 were 0.4 "
        + "points above 3 random ones (0.1 to 0.8) with 1,280 examples seen once, and 0.2 "
        + "points above them (-1.4 to 1.8) with 256 seen ten times (manual, page study).")
public final class MiddleLayers extends UncomputedSelector {

  private final CountOptions options;

  @Inject
  MiddleLayers(CountOptions options) {
    this.options = options;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    int count = options.count("middle", bounds);
    int start = (bounds.shape().layers() - count) / 2;
    return Layers.range(start, start + count, 1);
  }
}
