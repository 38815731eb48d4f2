package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.vector.Workspace;
import java.util.Optional;

/**
 * A problem whose training has the gradient of {@code (L_val + penalty L_tr) / (1 + penalty)}: of
 * the size of a training gradient, so that the same learning rate fits. It tells the training loss.
 *
 * <p>Weight decay that is part of the training loss is to be multiplied by the penalty as the rest
 * of it. The optimiser adds it in full, so what is too much of it is taken away here.
 */
final class PenalisedProblem extends ForwardingProblem {

  private final long outerStep;
  private final double penalty;
  private final double decay;

  /**
   * Makes the problem.
   *
   * @param penalty the factor of the training loss
   * @param decay the weight decay that the optimiser adds to the gradient; 0 where it is decoupled
   */
  PenalisedProblem(BilevelProblem problem, long outerStep, double penalty, double decay) {
    super(problem);
    this.outerStep = outerStep;
    this.penalty = penalty;
    this.decay = decay;
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      LossGradient training = super.training(own, innerStep, theta, alpha);
      LossGradient validation = validation(own, outerStep, theta, alpha);
      NDArray gradient = training.theta().mul(penalty).addi(validation.theta()).divi(1 + penalty);
      if (decay > 0) {
        gradient.subi(work.share(theta).mul(decay / (1 + penalty)));
      }
      return new LossGradient(
          training.loss(), training.terms(), work.keep(gradient), Optional.empty());
    }
  }
}
