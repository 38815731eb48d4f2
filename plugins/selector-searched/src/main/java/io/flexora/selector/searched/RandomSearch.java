package io.flexora.selector.searched;

import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import jakarta.inject.Inject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws sets of layers at random, trains the adapters of each for some steps and keeps the set with
 * the lowest validation loss (Bergstra and Bengio 2012, over sets of layers).
 *
 * <p>It takes {@code trials * steps} training gradients and {@code trials} validations of {@code
 * validation_batches} batches each.
 */
@Doc(
    "Draw sets of layers at random, train the adapters of each set for some steps, and keep the set"
        + " with the lowest validation loss. It costs trials * steps training gradients and trials"
        + " * validation_batches validation gradients.")
public final class RandomSearch implements Selector {

  private static final String NAME = "random-search";

  private final RandomSearchOptions options;
  private final Seeds seeds;

  @Inject
  RandomSearch(RandomSearchOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    int sets = options.sizes().in(NAME, bounds).sets(options.trials());
    if (!options.sizes().areSame()) {
      options.judging().requireReachable(NAME, 1, sets, 1, "trials: " + options.trials());
    }
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    SetSizes sizes = options.sizes().in(NAME, bounds);
    return SetSearch.cost(options.judging(), Rungs.single(options.steps()), new Once(draw(sizes)));
  }

  @Override
  public TrainingStart start() {
    return options.judging().trainingStart();
  }

  @Override
  public Selection select(SelectionContext context) {
    SetSizes sizes = options.sizes().in(NAME, context);
    List<List<Integer>> sets = draw(sizes);
    return new SetSearch(context, options.judging(), Rungs.single(options.steps()), new Once(sets))
        .run();
  }

  private List<List<Integer>> draw(SetSizes sizes) {
    SplittableRandom random = seeds.stream("selector", NAME);
    Set<List<Integer>> sets = new LinkedHashSet<>();
    int count = sizes.sets(options.trials());
    while (sets.size() < count) {
      sets.add(sizes.draw(random));
    }
    return List.copyOf(sets);
  }

  /** All sets in one generation. */
  record Once(List<List<Integer>> sets) implements Generations {

    @Override
    public int count() {
      return 1;
    }

    @Override
    public int population(int generation) {
      return sets.size();
    }

    @Override
    public List<List<Integer>> next(int generation, List<TrialResult> before) {
      return sets;
    }
  }
}
