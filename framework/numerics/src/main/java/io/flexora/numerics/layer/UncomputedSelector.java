package io.flexora.numerics.layer;

import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import java.util.OptionalInt;

/**
 * A strategy that chooses by the shape of the model and the budget alone: nothing is computed, so
 * what does not fit is refused before anything is loaded.
 *
 * @since 0.1
 */
public abstract class UncomputedSelector implements Selector {

  /** For subclasses. */
  protected UncomputedSelector() {}

  /**
   * Chooses.
   *
   * @throws io.flexora.api.run.FlexoraException if the options do not fit the bounds
   */
  protected abstract Selection choose(SelectionBounds bounds);

  @Override
  public final void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    found.check(() -> choose(bounds));
  }

  /** As many as are chosen. */
  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return OptionalInt.of(choose(bounds).layers().size());
  }

  @Override
  public final Selection select(SelectionContext context) {
    return choose(context);
  }
}
