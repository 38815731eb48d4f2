package io.flexora.selector.flexora;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.layer.StartingPoint;
import java.util.List;

/** The options of learning alpha, which the selectors of this bundle have in common. */
interface SearchOptions {

  /** Estimates the hypergradient. */
  Component<Solver> solver();

  /** Updates of alpha. */
  int outerSteps();

  /** The learning rate of alpha. */
  double alphaLearningRate();

  /** The optimiser of alpha. */
  Component<Optimiser> alphaOptimiser();

  /** How gates are made of alpha. */
  default GateForm gates() {
    return GateForm.SOFTMAX;
  }

  /** The weight of the expected number of open gates in the validation loss. */
  default double openGatesWeight() {
    return 0;
  }

  /** Whether the mean alpha of each softmax is subtracted after each step. */
  boolean centerAlpha();

  /** The layers that have gates, ascending; all layers if empty. */
  default List<Integer> candidates() {
    return List.of();
  }

  /** Where the training of the choice begins. */
  StartingPoint start();

  /** When the search ends by itself. */
  EarlyStopping earlyStopping();

  /** How batches are drawn. */
  ProblemOptions problem();
}
