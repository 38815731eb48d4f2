package io.flexora.numerics.layer;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.TrainingStart;

/**
 * The point at which the training of a searched choice begins, for the option {@code start} of a
 * strategy whose search trains adapters.
 *
 * @since 0.1
 */
public enum StartingPoint {
  /** The adapter's initial values. */
  FRESH,
  /** What the search has trained of the choice, its gates {@linkplain ChosenValues folded in}. */
  SEARCH;

  /** The start of the training. */
  public TrainingStart start() {
    return this == SEARCH ? TrainingStart.VALUES : TrainingStart.INITIAL;
  }

  /**
   * Notes an adapter method into which gates cannot be folded where the training is to begin at the
   * search.
   *
   * @param parts whether some rank-one parts of a module may be kept, and others not
   * @param user who folds them, such as {@code selector 'flexora'}
   */
  public void check(SelectionBounds bounds, boolean parts, String user, Compatibility found) {
    if (this == FRESH) {
      return;
    }
    bounds.demand(AdapterDemand.SCALING, user, found);
    AdapterMethod method = bounds.adapter();
    if (parts && method.loraScaling(1).isEmpty()) {
      found.refuse(
          "start",
          "%s keeps some rank-one parts of what its search has trained, but adapter '%s' does not tell how it scales a lower rank; use plain LoRA, or write start: fresh"
              .formatted(user, bounds.adapterName()));
    }
  }
}
