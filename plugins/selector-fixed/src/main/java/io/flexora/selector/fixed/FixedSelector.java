package io.flexora.selector.fixed;

import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;

/** A strategy that chooses by the number of layers alone. */
abstract class FixedSelector implements Selector {

  abstract Selection select(SelectionBounds bounds);

  @Override
  public final void requireFit(SelectionBounds bounds) {
    var unused = select(bounds);
  }

  @Override
  public final Selection select(SelectionContext context) {
    return select((SelectionBounds) context);
  }
}
