package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** Layers at equal distances. */
@Doc("Choose layers at equal distances, such as every second one.")
public final class EveryLayers extends UncomputedSelector {

  private final EveryOptions options;

  @Inject
  EveryLayers(EveryOptions options) {
    this.options = options;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    int layers = bounds.shape().layers();
    if (options.start() >= layers) {
      throw new FlexoraException(
          "selector every starts at layer %d, but the model has the layers 0 to %d; lower start"
              .formatted(options.start(), layers - 1));
    }
    return Layers.range(options.start(), layers, options.stride());
  }
}
