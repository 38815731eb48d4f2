package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import jakarta.inject.Inject;

/** The layers furthest from the input and the output. */
@Doc("Choose the layers in the middle; where they cannot be exactly there, the lower ones.")
public final class MiddleLayers implements Selector {

  private final CountOptions options;

  @Inject
  MiddleLayers(CountOptions options) {
    this.options = options;
  }

  @Override
  public Selection select(SelectionContext context) {
    int count = options.count("middle", context);
    int start = (context.shape().layers() - count) / 2;
    return Layers.range(start, start + count, 1);
  }
}
