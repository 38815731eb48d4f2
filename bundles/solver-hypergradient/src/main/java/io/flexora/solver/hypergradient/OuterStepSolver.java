package io.flexora.solver.hypergradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;

/** A solver that is its outer step: what differs is how it is set up. */
abstract class OuterStepSolver implements Solver {

  private final OuterStep outer;

  OuterStepSolver(OuterStep outer) {
    this.outer = outer;
  }

  @Override
  public final InnerState start(NDManager scope, BilevelProblem problem) {
    return outer.start(scope, problem);
  }

  @Override
  public final Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    return outer.step(scope, problem, state, alpha, outerStep);
  }

  @Override
  public final Workload cost(int gates) {
    return outer.cost();
  }

  @Override
  public final int innerSteps() {
    return outer.innerSteps();
  }

  @Override
  public final boolean usesFiniteDifferences() {
    return outer.usesFiniteDifferences();
  }
}
