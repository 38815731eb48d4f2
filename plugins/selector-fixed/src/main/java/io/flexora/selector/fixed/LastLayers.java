package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import jakarta.inject.Inject;

/** The layers next to the output. */
@Doc("Choose the last layers, next to the output.")
public final class LastLayers implements Selector {

  private final CountOptions options;

  @Inject
  LastLayers(CountOptions options) {
    this.options = options;
  }

  @Override
  public Selection select(SelectionContext context) {
    int layers = context.shape().layers();
    return Layers.range(layers - options.count("last", context), layers, 1);
  }
}
