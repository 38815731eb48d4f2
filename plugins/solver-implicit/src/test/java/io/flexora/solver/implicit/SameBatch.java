package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.bilevel.ForwardingProblem;

/**
 * A problem with the batch of the first step in each step, so that its training loss has a minimum.
 */
final class SameBatch extends ForwardingProblem {

  SameBatch(BilevelProblem problem) {
    super(problem);
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return super.training(scope, 0, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    return super.trainingProduct(scope, 0, theta, alpha, u);
  }
}
