package io.flexora.hpo.unrolled;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/** Unrolled differentiation: the exact derivative through the inner optimiser steps. */
@Doc("Differentiate the validation loss through the optimiser steps on theta, exactly.")
public final class UnrolledSolver implements Solver {

  private final OuterStep outer;

  @Inject
  UnrolledSolver(UnrolledOptions options) {
    this.outer =
        new OuterStep(
            options.inner(),
            options.innerSteps(),
            options.truncation().orElse(options.innerSteps()),
            options.products(),
            options.restart());
  }

  @Override
  public InnerState start(NDManager scope, BilevelProblem problem) {
    return outer.start(scope, problem);
  }

  @Override
  public Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    return outer.step(scope, problem, state, alpha, outerStep);
  }

  @Override
  public int innerSteps() {
    return outer.innerSteps();
  }
}
