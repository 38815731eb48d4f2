package io.flexora.hpo.unrolled;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.LossGradient;
import io.flexora.numerics.optimiser.Iterate;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.ArrayDeque;
import java.util.Deque;

/** The optimiser steps on theta in one outer step. */
final class InnerLoop {

  private final BilevelProblem problem;
  private final UpdateRule rule;
  private final NDArray alpha;

  /**
   * Prepares the loop.
   *
   * @param alpha the gates, held fixed
   */
  InnerLoop(BilevelProblem problem, UpdateRule rule, NDArray alpha) {
    this.problem = problem;
    this.rule = rule;
    this.alpha = alpha;
  }

  /**
   * Where the loop ended.
   *
   * @param end the last iterate
   * @param trainingLoss the mean training loss of the steps; NaN if there were none
   * @param last the last steps, the last one on top
   */
  record Trajectory(Iterate end, double trainingLoss, Deque<InnerStep> last) {}

  /**
   * Does the steps.
   *
   * @param scope the owner of the end and of the steps that are kept
   * @param start where to begin
   * @param first the number of the first step in the search
   * @param count the steps since the optimiser's initial state
   * @param steps how many steps to do
   * @param keep how many of the last steps to keep; the others are freed on the way
   */
  Trajectory run(NDManager scope, Iterate start, long first, long count, int steps, int keep) {
    Deque<InnerStep> last = new ArrayDeque<>();
    Deque<NDManager> scopes = new ArrayDeque<>();
    Iterate at = start;
    double loss = 0;
    for (int k = 0; k < steps; k++) {
      NDManager own = scope.newSubManager();
      LossGradient training = gradient(own, first + k, at);
      last.push(new InnerStep(first + k, count + k, at, training.theta()));
      at = rule.step(own, at, training.theta(), count + k);
      loss += training.loss();
      scopes.addLast(own);
      free(scopes, last, keep);
    }
    return new Trajectory(at, loss / steps, last);
  }

  private LossGradient gradient(NDManager scope, long number, Iterate at) {
    LossGradient training = problem.training(scope, number, at.theta(), alpha);
    training.alpha().ifPresent(NDArray::close);
    return training;
  }

  /** Step k needs the arrays of its own scope and of the one before, where its iterate was made. */
  private static void free(Deque<NDManager> scopes, Deque<InnerStep> last, int keep) {
    while (last.size() > keep) {
      last.removeLast();
    }
    while (scopes.size() > keep + 1) {
      scopes.removeFirst().close();
    }
  }
}
