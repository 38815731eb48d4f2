package io.flexora.hpo.unrolled;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * The gradient of the validation loss in alpha at fixed theta: no step is differentiated.
 *
 * <p>An outer step of K inner steps takes K training gradients and a validation gradient, and keeps
 * nothing but the newest iterate.
 */
@Doc(
    "Take the validation loss's gradient in the gates at the current theta; cheap, but blind to"
        + " how the gates shape theta. A step costs a gradient for each inner step and one on"
        + " validation examples.")
public final class FirstOrderSolver implements Solver {

  private final OuterStep outer;

  @Inject
  FirstOrderSolver(FirstOrderOptions options) {
    this.outer = options.outer();
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
