package io.flexora.selector.dynamic;

import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;

/** A strategy that chooses its candidates by their numbers alone; what it does comes later. */
abstract class DynamicSelector implements Selector {

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
