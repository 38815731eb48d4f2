package io.flexora.selector.flexora;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint;
import java.util.List;
import java.util.Optional;

/** The options of {@code flexora}. */
public record FlexoraOptions(
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
            doc =
                "optimiser of alpha: adamw, which is Adam without weight decay, as the authors use"
                    + " it, or another; sgd keeps the sum of alpha",
            byDefault = "adamw",
            aliases = "alpha_optimizer")
        Component<Optimiser> alphaOptimiser,
    @Option(
            doc =
                "with gates: softmax, subtract the mean of alpha after each step. It does not change the gates, but"
                    + " it changes 'selection: positive', as Adam lets the mean drift",
            byDefault = "true")
        boolean centerAlpha,
    @Option(
            doc =
                "form of the gates: softmax, gates that share a constant sum; hard-concrete,"
                    + " independent gates from 0 to 1 that can close",
            byDefault = "softmax")
        GateForm gates,
    @Option(
            doc =
                "with gates: hard-concrete, the weight of the expected number of open gates,"
                    + " which is added to the validation loss: a greater one closes more."
                    + " Default: 0.01",
            min = 0)
        Optional<Double> penalty,
    @Option(
            doc =
                "gates: layer, one for each layer; module, one for each module type, shared"
                    + " by all layers; layer-module, one for each module of each layer;"
                    + " component, one for each rank-one part of each module",
            byDefault = "layer")
        GateIndex.Layout gateLayout,
    @Option(
            doc =
                "layers to search among, from 0. The others have no adapter during the"
                    + " search and are never chosen; searching only the upper layers takes"
                    + " less time. Default: all layers",
            byDefault = "[]",
            min = 0)
        List<Integer> candidates,
    @Option(
            doc =
                "selection rule: gates with positive alpha, or of hard-concrete gates the open ones, alpha above-mean, gate-above-one,"
                    + " the top-k, or a budget of trainable parameters; the manual's comparisons"
                    + " have the top-k or a budget",
            byDefault = "positive")
        SelectionRule selection,
    @Option(
            doc =
                "number of layers to keep, or of other gates, for selection: top-k. Default: as"
                    + " many layers as the experiment's main selector chose or the comparison's"
                    + " budget requires",
            min = 1)
        Optional<Integer> k,
    @Option(
            doc =
                "most trainable parameters of all adapters together, for selection: budget."
                    + " Default: as many as the experiment's main selector chose or the"
                    + " comparison's budget requires",
            min = 1)
        Optional<Long> parameters,
    @Inline StartingPoint start,
    @Inline EarlyStopping earlyStopping,
    @Inline(defaults = {"batch_size: 4", "validation_batch_size: 16"}) ProblemOptions problem)
    implements SearchOptions {

  private static final double DEFAULT_PENALTY = 0.01;

  /**
   * Sorts the candidates, and checks that the gates, the rule and its number go together, and that
   * the search can end by itself where it is asked to.
   *
   * @throws IllegalArgumentException if there is a number for a rule that takes none, or none for a
   *     rule that needs one, a penalty or a rule of other gates, or too few steps for the patience,
   *     or if a candidate is written twice or belongs to gates that are the same in all layers
   */
  public FlexoraOptions {
    List<Integer> distinct = candidates.stream().distinct().sorted().toList();
    if (distinct.size() < candidates.size()) {
      throw OptionException.of("candidates", "a layer is written twice in " + candidates);
    }
    if (!candidates.isEmpty() && gateLayout == GateIndex.Layout.MODULE) {
      throw OptionException.of(
          "candidates",
          "candidates: %s belongs to gates of layers, but gate_layout: module has the same in all layers; write another gate_layout, or leave candidates out"
              .formatted(candidates));
    }
    candidates = distinct;
    if (selection != SelectionRule.TOP_K && k.isPresent()) {
      throw OptionException.of(
          "k", "k: %d belongs to selection: top-k; write that, or leave k out".formatted(k.get()));
    }
    if (selection == SelectionRule.TOP_K && k.isEmpty() && gateLayout != GateIndex.Layout.LAYER) {
      throw OptionException.missing(
          "k",
          "selection",
          ("selection: top-k needs k with gate_layout: %s, as no other strategy has a number of"
                  + " such gates; write one, such as k: 20")
              .formatted(gateLayout.word()));
    }
    if (gates == GateForm.SOFTMAX && penalty.isPresent()) {
      throw OptionException.of(
          "penalty",
          "penalty: %s belongs to gates: hard-concrete; write that, or leave penalty out"
              .formatted(penalty.get()));
    }
    if (gates == GateForm.HARD_CONCRETE && selection == SelectionRule.GATE_ABOVE_ONE) {
      throw OptionException.of(
          "selection",
          "selection: gate-above-one keeps nothing with gates: hard-concrete, which are at most 1; write selection: positive, or gates: softmax");
    }
    if (selection != SelectionRule.BUDGET && parameters.isPresent()) {
      throw OptionException.of(
          "parameters",
          "parameters: %d belongs to selection: budget; write that, or leave parameters out"
              .formatted(parameters.get()));
    }
    earlyStopping.requireReachable(outerSteps, "outer_steps: " + outerSteps);
  }

  @Override
  public double openGatesWeight() {
    return gates == GateForm.SOFTMAX ? 0 : penalty.orElse(DEFAULT_PENALTY);
  }
}
