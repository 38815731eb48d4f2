package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import jakarta.inject.Inject;

/** Plain LoRA. */
@Doc("Choose all layers: plain LoRA.")
public final class AllLayers implements Selector {

  @Inject
  AllLayers() {}

  @Override
  public Selection select(SelectionContext context) {
    return Layers.range(0, context.shape().layers(), 1);
  }
}
