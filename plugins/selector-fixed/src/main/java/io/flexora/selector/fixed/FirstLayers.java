package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** The layers next to the input. */
@Doc("Choose the first layers, next to the input.")
@Benchmarked("measured.csv")
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
