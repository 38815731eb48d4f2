package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** Plain LoRA. */
@Doc("Choose all layers: plain LoRA.")
@Benchmarked("measured.csv")
public final class AllLayers extends UncomputedSelector {

  @Inject
  AllLayers() {}

  @Override
  protected Selection choose(SelectionBounds bounds) {
    return Layers.range(0, bounds.shape().layers(), 1);
  }
}
