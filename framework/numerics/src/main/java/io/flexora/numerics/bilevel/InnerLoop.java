package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.optimiser.Iterate;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Optimiser steps on theta at fixed gates. A step is a function of where it begins: taken again
 * from there, it is bit for bit the same.
 *
 * @since 0.1
 */
public final class InnerLoop {

  private final BilevelProblem problem;
  private final UpdateRule rule;
  private final NDArray alpha;

  /**
   * Prepares the loop.
   *
   * @param problem the problem
   * @param rule the rule of a step
   * @param alpha the gates {@code [gates]}
   */
  public InnerLoop(BilevelProblem problem, UpdateRule rule, NDArray alpha) {
    this.problem = problem;
    this.rule = rule;
    this.alpha = alpha;
  }

  /**
   * The end of some steps, with the last of them.
   *
   * @param end the place after the last step
   * @param last the steps that were kept, the last one on top
   * @since 0.1
   */
  public record Trajectory(InnerPosition end, Deque<InnerStep> last) {}

  /** The rule of a step. */
  public UpdateRule rule() {
    return rule;
  }

  /**
   * Does some steps.
   *
   * @param scope the owner of the end and of the steps that are kept
   * @param start where to begin
   * @param steps how many steps to do
   * @param keep how many of the last steps to keep; the others are freed on the way
   */
  public Trajectory run(NDManager scope, InnerPosition start, int steps, int keep) {
    return run(scope, start, steps, keep, 0);
  }

  /**
   * Does some steps.
   *
   * @param scope the owner of the end and of the steps that are kept
   * @param start where to begin
   * @param steps how many steps to do
   * @param keep how many of the last steps to keep; the others are freed on the way
   * @param graphs how many of the steps that are kept, the last ones, may keep the graph of their
   *     gradient
   */
  public Trajectory run(NDManager scope, InnerPosition start, int steps, int keep, int graphs) {
    Deque<InnerStep> last = new ArrayDeque<>();
    Deque<NDManager> scopes = new ArrayDeque<>();
    InnerPosition at = start;
    for (int k = 0; k < steps; k++) {
      NDManager own = scope.newSubManager();
      GradientRecord record = k < steps - graphs ? gradient(own, at) : record(own, at);
      LossGradient training = record.value();
      training.alpha().ifPresent(NDArray::close);
      last.push(new InnerStep(at.number(), at.count(), at.at(), record));
      at = after(at, training.loss(), rule.step(own, at.at(), training.theta(), at.count()));
      scopes.addLast(own);
      free(scopes, last, keep);
    }
    return new Trajectory(at, last);
  }

  private GradientRecord gradient(NDManager scope, InnerPosition at) {
    NDArray theta = at.at().theta();
    return GradientRecord.of(
        problem.training(scope, at.number(), theta, alpha),
        (owner, u) -> problem.trainingProduct(owner, at.number(), theta, alpha, u));
  }

  private GradientRecord record(NDManager scope, InnerPosition at) {
    return problem.trainingRecord(scope, at.number(), at.at().theta(), alpha);
  }

  private static InnerPosition after(InnerPosition at, double loss, Iterate next) {
    return new InnerPosition(at.number() + 1, at.count() + 1, next, at.lossSum() + loss);
  }

  /** A kept step needs the arrays of its own scope and of the one before, where it began. */
  private static void free(Deque<NDManager> scopes, Deque<InnerStep> last, int keep) {
    while (last.size() > keep) {
      last.removeLast().gradient().close();
    }
    while (scopes.size() > keep + 1) {
      scopes.removeFirst().close();
    }
  }
}
