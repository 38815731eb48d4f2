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

/**
 * Breeds sets of layers: parents by tournament, crossover, mutation; each generation is judged by
 * successive halving on the validation loss of adapters that are trained on the set alone.
 *
 * <p>A generation of n sets takes {@code n steps} training gradients up to the first rung, and
 * {@code n / eta^r (eta^r - eta^(r-1)) steps} from rung r - 1 to rung r; each judgement takes
 * {@code validation_batches} validation gradients. It keeps up to {@code population} times theta
 * and what the optimiser keeps.
 */
@Doc(
    "Breed sets of layers over generations (tournament, crossover, mutation), each generation"
        + " judged by successive halving on validation loss: all sets are trained for few steps,"
        + " the better ones go on with eta times as many. With eta: 2 it costs about generations *"
        + " population * steps * (1 + rungs) / 2 training gradients, and less than generations *"
        + " population * 2 * validation_batches validation gradients; it keeps population copies of"
        + " the adapters.")
public final class Evolution implements Selector {

  private static final String NAME = "evolution";

  private final EvolutionOptions options;
  private final Seeds seeds;

  @Inject
  Evolution(EvolutionOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    int sets = options.sizes().in(NAME, bounds).sets(options.population());
    if (!options.sizes().areSame()) {
      options
          .judging()
          .requireReachable(
              NAME,
              options.generations(),
              sets,
              options.rungs(),
              "generations: %d with population: %d"
                  .formatted(options.generations(), options.population()));
    }
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    return SetSearch.cost(options.judging(), rungs(), sampler(bounds));
  }

  @Override
  public TrainingStart start() {
    return options.judging().trainingStart();
  }

  @Override
  public Selection select(SelectionContext context) {
    return new SetSearch(context, options.judging(), rungs(), sampler(context)).run();
  }

  private Generations sampler(SelectionBounds bounds) {
    return new EvolutionSampler(options, options.sizes().in(NAME, bounds), seeds);
  }

  private Rungs rungs() {
    return new Rungs(options.steps(), options.eta(), options.rungs());
  }
}
