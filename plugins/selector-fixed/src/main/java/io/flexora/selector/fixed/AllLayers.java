package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Measured;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** Plain LoRA. */
@Doc("Choose all layers: plain LoRA.")
@Measured({
  "In mean accuracy over four tasks, on an encoder of 12 layers, all of them were 0.4 "
      + "points above 3 random ones (-0.2 to 1.0) with 1,280 examples seen once, and level "
      + "with them (-1.7 to 1.8) with 256 seen ten times (manual, page study).",
  "With 1,280 examples and a learning rate of their own, 1.5 points above (1.1 to 1.9)."
})
public final class AllLayers extends UncomputedSelector {

  @Inject
  AllLayers() {}

  @Override
  protected Selection choose(SelectionBounds bounds) {
    return Layers.range(0, bounds.shape().layers(), 1);
  }
}
