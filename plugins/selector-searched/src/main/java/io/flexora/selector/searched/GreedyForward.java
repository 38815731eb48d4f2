package io.flexora.selector.searched;

import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import io.flexora.numerics.layer.LayerCount;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Adds one layer after the other: that with which the chosen ones, trained from the start for some
 * steps, have the lowest validation loss.
 *
 * <p>For k of n layers it trains {@code n + (n - 1) + .. + (n - k + 1)} sets.
 */
@Doc(
    "Add one layer after the other: the one with which the adapters of the chosen layers, trained"
        + " for some steps, have the lowest validation loss. For k of n layers it trains k * (2 * n"
        + " - k + 1) / 2 sets, and validates each on validation_batches.")
public final class GreedyForward implements Selector {

  private static final String NAME = "greedy-forward";

  private final GreedyForwardOptions options;

  @Inject
  GreedyForward(GreedyForwardOptions options) {
    this.options = options;
  }

  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    found.check(() -> growth(bounds));
  }

  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return OptionalInt.of(growth(bounds).count());
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    return SetSearch.cost(options.judging(), rungs(), growth(bounds));
  }

  @Override
  public TrainingStart start() {
    return options.judging().trainingStart();
  }

  @Override
  public Selection select(SelectionContext context) {
    return new SetSearch(context, options.judging(), rungs(), growth(context)).run();
  }

  private Rungs rungs() {
    return Rungs.single(options.steps());
  }

  private Growth growth(SelectionBounds bounds) {
    int count = new LayerCount(options.layers()).in(NAME, bounds);
    if (count == 0) {
      throw new IncompatibleOptionException(
          "layers",
          "selector %s is to add 0 layers; write layers: 1 to %d, or use selector none"
              .formatted(NAME, bounds.shape().layers()));
    }
    return new Growth(bounds.shape().layers(), count);
  }

  /**
   * Sets of one layer, and then the sets with one layer more than the best so far.
   *
   * @param layers the layers of the model
   * @param count the layers of the last sets
   */
  record Growth(int layers, int count) implements Generations {

    /** The largest sets first, as sets of the same size alone are compared by their losses. */
    private static final Comparator<TrialResult> LARGEST_FIRST =
        Comparator.comparing(TrialResult::diverged)
            .thenComparing((TrialResult set) -> set.layers().size(), Comparator.reverseOrder())
            .thenComparing(TrialResult.BEST_FIRST);

    @Override
    public int population(int generation) {
      return layers - generation;
    }

    @Override
    public List<List<Integer>> next(int generation, List<TrialResult> before) {
      List<Integer> base = before.isEmpty() ? List.of() : best(before).layers();
      List<List<Integer>> sets = new ArrayList<>();
      for (int layer = 0; layer < layers; layer++) {
        if (!base.contains(layer)) {
          Set<Integer> set = new TreeSet<>(base);
          set.add(layer);
          sets.add(List.copyOf(set));
        }
      }
      return sets;
    }

    @Override
    public TrialResult best(List<TrialResult> judged) {
      return judged.stream().min(LARGEST_FIRST).orElseThrow();
    }

    /** The layers of the best set; where the time ended before, of the next best ones, too. */
    @Override
    public List<Integer> chosen(List<TrialResult> judged) {
      Set<Integer> chosen = new LinkedHashSet<>();
      judged.stream().sorted(LARGEST_FIRST).forEach(set -> chosen.addAll(set.layers()));
      IntStream.range(0, layers).forEach(chosen::add);
      return chosen.stream().limit(count).sorted().toList();
    }
  }
}
