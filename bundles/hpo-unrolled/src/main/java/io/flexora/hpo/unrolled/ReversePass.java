package io.flexora.hpo.unrolled;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.Direction;
import io.flexora.numerics.optimiser.Cotangents;
import io.flexora.numerics.optimiser.Iterate;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.Deque;

/**
 * Differentiates through optimiser steps, from the last to the first (reverse-mode hypergradient,
 * Franceschi et al. 2017). With z = (theta, optimiser state), each step pulls the cotangent of z
 * back through the optimiser, and the cotangent u of the step's gradient through the model by the
 * products H u and M u.
 */
final class ReversePass {

  private final BilevelProblem problem;
  private final UpdateRule rule;
  private final NDArray alpha;

  ReversePass(BilevelProblem problem, UpdateRule rule, NDArray alpha) {
    this.problem = problem;
    this.rule = rule;
    this.alpha = alpha;
  }

  /**
   * Runs back. The arrays of one step are alive at a time.
   *
   * @param scope the owner of the result
   * @param steps the steps, the last one on top
   * @param end the cotangent of the iterate after the last step
   * @return the derivative through theta in alpha {@code [gates]}
   */
  NDArray run(NDManager scope, Deque<InnerStep> steps, Iterate end) {
    NDArray sum = scope.zeros(alpha.getShape(), alpha.getDataType());
    Iterate cotangent = end;
    NDManager previous = scope.newSubManager();
    for (InnerStep step : steps) {
      NDManager own = scope.newSubManager();
      Cotangents back = rule.reverse(own, step.at(), step.gradient(), step.count(), cotangent);
      Direction product = product(own, step, back.gradient());
      cotangent = new Iterate(back.before().theta().add(product.theta()), back.before().state());
      sum.addi(product.alpha());
      previous.close();
      previous = own;
    }
    previous.close();
    return sum;
  }

  private Direction product(NDManager scope, InnerStep step, NDArray u) {
    NDArray none = scope.zeros(new Shape(problem.gates()), alpha.getDataType());
    return problem.trainingProduct(
        scope, step.number(), step.at().theta(), alpha, new Direction(u, none));
  }
}
