package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** The layers next to the output. */
@Doc("Choose the last layers, next to the output.")
@Benchmarked("measured.csv")
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
