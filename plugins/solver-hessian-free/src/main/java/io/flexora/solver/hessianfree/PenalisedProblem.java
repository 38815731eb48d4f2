package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.LossGradient;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.vector.Workspace;
import java.util.Optional;

/**
 * A problem whose training has the gradient of {@code (L_val + penalty L_tr) / (1 + penalty)}: of
 * the size of a training gradient, so that the same learning rate fits. It tells the training loss.
 */
final class PenalisedProblem extends ForwardingProblem {

  private final long outerStep;
  private final double penalty;

  PenalisedProblem(BilevelProblem problem, long outerStep, double penalty) {
    super(problem);
    this.outerStep = outerStep;
    this.penalty = penalty;
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      LossGradient training = super.training(own, innerStep, theta, alpha);
      LossGradient validation = validation(own, outerStep, theta, alpha);
      NDArray gradient = training.theta().mul(penalty).addi(validation.theta()).divi(1 + penalty);
      return new LossGradient(
          training.loss(), training.terms(), work.keep(gradient), Optional.empty());
    }
  }
}
