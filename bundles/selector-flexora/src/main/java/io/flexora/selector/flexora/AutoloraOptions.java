package io.flexora.selector.flexora;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint;

/** The options of {@code autolora}. */
public record AutoloraOptions(
    @Option(
            doc = "solver that estimates the hypergradient, such as unrolled or first-order",
            byDefault = "unrolled")
        Component<Solver> solver,
    @Option(
            doc =
                "outer steps: updates of alpha. With the solver's inner steps in each, the search"
                    + " should take about as many training steps as the training that follows: a"
                    + " shorter one chooses by what learns first",
            byDefault = "40",
            min = 1,
            aliases = "search_steps")
        int outerSteps,
    @Option(doc = "learning rate of alpha", byDefault = "0.05", min = 0, minExclusive = true)
        double alphaLearningRate,
    @Option(
            doc = "optimiser of alpha: adamw, which is Adam without weight decay, or another",
            byDefault = "adamw",
            aliases = "alpha_optimizer")
        Component<Optimiser> alphaOptimiser,
    @Option(
            doc =
                "subtract the mean alpha of each module after each step, which changes no gate and"
                    + " no choice",
            byDefault = "true")
        boolean centerAlpha,
    @Option(
            doc =
                "least share of its module's softmax with which a part is kept, as a multiple of"
                    + " the share that all have at first: 1 for 1 / lora_rank, as the authors have"
                    + " it",
            byDefault = "1",
            min = 0,
            minExclusive = true)
        double threshold,
    @Inline StartingPoint start,
    @Inline EarlyStopping earlyStopping,
    @Inline(defaults = {"batch_size: 4", "validation_batch_size: 16"}) ProblemOptions problem)
    implements SearchOptions {

  /**
   * Checks that the search can end by itself, where it is asked to.
   *
   * @throws IllegalArgumentException if there are too few steps for that
   */
  public AutoloraOptions {
    earlyStopping.requireReachable(outerSteps, "outer_steps: " + outerSteps);
  }
}
