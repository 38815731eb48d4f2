package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;

/** The layers furthest from the input and the output. */
@Doc("Choose the layers in the middle; of two equally central sets, the lower one.")
@Benchmarked("measured.csv")
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
