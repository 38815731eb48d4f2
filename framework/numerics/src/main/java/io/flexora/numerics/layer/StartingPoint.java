package io.flexora.numerics.layer;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.TrainingStart;

/**
 * The point at which the training of a searched choice begins: options that strategies whose search
 * trains adapters inline among their own.
 *
 * @param start the values at which it begins
 * @param countSearchSteps whether the training has as many steps fewer as the search has trained
 * @since 0.1
 */
public record StartingPoint(
    @Option(
            doc =
                "the initial values of the training of the chosen layers: fresh, the"
                    + " adapter's own; search, the values that the search trained for them and"
                    + " the head, with each gate folded into its adapter. The optimiser's"
                    + " state is fresh in both cases",
            byDefault = "fresh")
        Values start,
    @Option(
            doc =
                "with start: search, count the steps that the search trains as steps of the"
                    + " training, which has as many fewer, so that both together have the steps of"
                    + " one training",
            byDefault = "false")
        boolean countSearchSteps) {

  /** The values at which a training begins. */
  public enum Values {
    /** The adapter's initial values. */
    FRESH,
    /** What the search has trained of the choice, its gates {@linkplain ChosenValues folded in}. */
    SEARCH
  }

  /** The adapter's initial values. */
  public static final StartingPoint FRESH = new StartingPoint(Values.FRESH, false);

  /**
   * Checks that steps are counted of a search whose values are trained further alone.
   *
   * @throws IllegalArgumentException if they are counted of another
   */
  public StartingPoint {
    if (countSearchSteps && start == Values.FRESH) {
      throw OptionException.of(
          "count_search_steps",
          "count_search_steps: true belongs to start: search; write that, or leave count_search_steps out");
    }
  }

  /** Whether the training begins at the adapter's initial values. */
  public boolean isFresh() {
    return start == Values.FRESH;
  }

  /**
   * The start of the training.
   *
   * @param searchSteps the steps that the search trains before it
   */
  public TrainingStart after(long searchSteps) {
    if (isFresh()) {
      return TrainingStart.INITIAL;
    }
    return countSearchSteps ? TrainingStart.VALUES.counting(searchSteps) : TrainingStart.VALUES;
  }

  /**
   * Notes an adapter method into which gates cannot be folded where the training is to begin at the
   * search.
   *
   * @param parts whether some rank-one parts of a module may be kept, and others not
   * @param user who folds them, such as {@code selector 'flexora'}
   */
  public void check(SelectionBounds bounds, boolean parts, String user, Compatibility found) {
    if (isFresh()) {
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
