package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.ParameterIndex;
import java.util.Optional;

/**
 * A problem that answers as another one does, but for what a subclass changes.
 *
 * @since 0.1
 */
public abstract class ForwardingProblem implements BilevelProblem {

  private final BilevelProblem problem;

  /** Forwards everything to a problem. */
  protected ForwardingProblem(BilevelProblem problem) {
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
  public LossGradient trainingEvaluation(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return problem.trainingEvaluation(scope, innerStep, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    return problem.trainingProduct(scope, innerStep, theta, alpha, u);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return problem.ability(ability);
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return problem.validation(scope, outerStep, theta, alpha);
  }

  @Override
  public double validationLoss(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return problem.validationLoss(scope, outerStep, theta, alpha);
  }
}
