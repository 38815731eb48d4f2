package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import jakarta.inject.Inject;

/** The layers next to the input. */
@Doc("Choose the first layers, next to the input.")
public final class FirstLayers implements Selector {

  private final CountOptions options;

  @Inject
  FirstLayers(CountOptions options) {
    this.options = options;
  }

  @Override
  public Selection select(SelectionContext context) {
    return Layers.range(0, options.count("first", context), 1);
  }
}
