package io.flexora.solver.hypergradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.numerics.bilevel.InnerStep;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.Deque;

/**
 * Differentiates through optimiser steps, from the last to the first (reverse-mode hypergradient,
 * Franceschi et al. 2017). With z = (theta, optimiser state), each step pulls the cotangent of z
 * back through the optimiser, and the cotangent u of the step's gradient through the model by the
 * products H u and M u.
 */
final class ReversePass {

  private final NDManager scope;
  private final UpdateRule rule;
  private final NDArray alpha;
  private final NDArray sum;
  private int left;
  private NDManager held;
  private Iterate cotangent;

  /**
   * Begins after the last step.
   *
   * @param scope the owner of all arrays of the pass
   * @param steps how many steps there are
   * @param end the cotangent of the iterate there
   */
  ReversePass(NDManager scope, UpdateRule rule, NDArray alpha, int steps, Iterate end) {
    this.scope = scope;
    this.rule = rule;
    this.alpha = alpha;
    this.left = steps;
    this.sum = scope.zeros(alpha.getShape(), alpha.getDataType());
    this.held = scope.newSubManager();
    this.cotangent = end;
  }

  /**
   * Goes back through steps that follow each other. The arrays of one step are alive at a time.
   *
   * @param steps the steps, the last one on top
   */
  void through(Deque<InnerStep> steps) {
    steps.forEach(this::back);
  }

  /** The derivative in alpha through the steps so far {@code [gates]}. */
  NDArray sum() {
    return sum;
  }

  private void back(InnerStep step) {
    NDManager own = scope.newSubManager();
    Cotangents back = rule.reverse(own, step.at(), step.gradient(), step.count(), cotangent);
    Direction along =
        new Direction(back.gradient(), own.zeros(alpha.getShape(), alpha.getDataType()));
    left--;
    try (GradientRecord record = step.record()) {
      if (left == 0) {
        // Where the first step began does not depend on the gates.
        sum.addi(record.gateProduct(own, along));
      } else {
        Direction product = record.hessianProduct(own, along);
        cotangent = new Iterate(back.before().theta().add(product.theta()), back.before().state());
        sum.addi(product.alpha());
      }
    }
    held.close();
    held = own;
  }
}
