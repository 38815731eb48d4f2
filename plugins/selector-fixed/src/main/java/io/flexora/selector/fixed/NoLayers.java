package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.List;

/** The frozen model. */
@Doc("Choose no layer: the frozen model, with a trained head where the task has one.")
@Benchmarked("measured.csv")
public final class NoLayers extends UncomputedSelector {

  @Inject
  NoLayers() {}

  @Override
  protected Selection choose(SelectionBounds bounds) {
    return Selection.of(List.of());
  }
}
