package io.flexora.selector.flexora;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.EarlyStopping;
import java.util.Optional;

/** The options of {@code flexora}. */
public record FlexoraOptions(
    @Option(
            doc = "solver that estimates the hypergradient, such as unrolled or first-order",
            byDefault = "unrolled")
        Component<Solver> solver,
    @Option(
            doc = "outer steps: updates of alpha",
            byDefault = "100",
            min = 1,
            aliases = "search_steps")
        int outerSteps,
    @Option(doc = "learning rate of alpha", byDefault = "0.01", min = 0, minExclusive = true)
        double alphaLearningRate,
    @Option(
            doc =
                "optimiser of alpha: adamw, which is Adam without weight decay, as the authors use"
                    + " it, or another; sgd keeps the sum of alpha",
            byDefault = "adamw",
            aliases = "alpha_optimizer")
        Component<Optimiser> alphaOptimiser,
    @Option(
            doc =
                "subtract the mean of alpha after each step. It does not change the gates, but"
                    + " it changes 'selection: positive', as Adam lets the mean drift",
            byDefault = "true")
        boolean centerAlpha,
    @Option(
            doc =
                "selection rule: layers with positive alpha, alpha above-mean, gate-above-one,"
                    + " or the top-k",
            byDefault = "positive")
        SelectionRule selection,
    @Option(
            doc =
                "number of layers to keep, for selection: top-k. Default: as many as the"
                    + " experiment's main selector chose or the comparison's budget requires",
            min = 1)
        Optional<Integer> k,
    @Inline EarlyStopping earlyStopping,
    @Inline ProblemOptions problem) {

  /**
   * Checks that the rule and its number go together.
   *
   * @throws IllegalArgumentException if there is a number for a rule that takes none
   */
  public FlexoraOptions {
    if (selection != SelectionRule.TOP_K && k.isPresent()) {
      throw new IllegalArgumentException(
          "k: %d belongs to selection: top-k; write that, or leave k out".formatted(k.get()));
    }
  }
}
