package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ParameterIndex;

/**
 * A problem with the batch of the first step in each step, so that its training loss has a minimum.
 *
 * @param problem the problem
 */
record SameBatch(BilevelProblem problem) implements BilevelProblem {

  @Override
  public ParameterIndex parameters() {
    return problem.parameters();
  }

  @Override
  public int gates() {
    return problem.gates();
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return problem.initialTheta(scope);
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return problem.training(scope, 0, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    return problem.trainingProduct(scope, 0, theta, alpha, u);
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return problem.validation(scope, outerStep, theta, alpha);
  }
}
