package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ParameterIndex;

/** Another problem, whose model cannot be looked into. */
class OtherProblem implements BilevelProblem {

  private final BilevelProblem problem;

  OtherProblem(BilevelProblem problem) {
    this.problem = problem;
  }

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
    return problem.training(scope, innerStep, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    return problem.trainingProduct(scope, innerStep, theta, alpha, u);
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return problem.validation(scope, outerStep, theta, alpha);
  }
}
