package io.flexora.hpo.unrolled;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.model.LossGradient;
import io.flexora.numerics.optimiser.Iterate;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.TreeMap;

/**
 * One outer step: optimiser steps on theta, the validation gradient at their end, and its way back
 * through the last of the steps.
 *
 * @param inner how theta is trained
 * @param innerSteps the optimiser steps
 * @param depth how many of them are differentiated through; none makes the estimate first-order
 * @param products where second-order products come from
 * @param restart whether theta begins at its initial values
 */
record OuterStep(
    InnerOptions inner, int innerSteps, int depth, Products products, boolean restart) {

  InnerState start(NDManager scope, BilevelProblem problem) {
    NDArray theta = problem.initialTheta(scope);
    UpdateRule rule = inner.rule(scope, problem.parameters(), theta.getDataType());
    return new InnerState(0, rule.start(scope, theta).arrays());
  }

  Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long number) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      DataType type = state.theta().getDataType();
      UpdateRule rule = inner.rule(own, problem.parameters(), type);
      InnerLoop loop = new InnerLoop(problem, rule, alpha);
      Iterate begin = Iterate.of((restart ? start(own, problem) : state).arrays());
      long count = restart ? 0 : state.steps();
      InnerLoop.Trajectory path =
          loop.run(own, begin, state.steps(), count, innerSteps, Math.min(depth, innerSteps));

      LossGradient validation = problem.validation(own, number, path.end().theta(), alpha);
      NDArray gradient = validation.alpha().orElseThrow();
      if (!path.last().isEmpty()) {
        Iterate cotangent = cotangent(own, path.end(), validation.theta());
        ReversePass reverse = new ReversePass(products.of(problem), rule, alpha);
        gradient = gradient.add(reverse.run(own, path.last(), cotangent));
      }
      return new Hypergradient(
          work.keep(gradient),
          new InnerState(state.steps() + innerSteps, kept(work, path.end())),
          path.trainingLoss(),
          validation.loss());
    }
  }

  /** The validation loss depends on theta alone, not on what the optimiser keeps. */
  private static Iterate cotangent(NDManager scope, Iterate end, NDArray theta) {
    Map<String, NDArray> zeros = new TreeMap<>();
    Shape shape = theta.getShape();
    end.state().keySet().forEach(name -> zeros.put(name, scope.zeros(shape, theta.getDataType())));
    return new Iterate(theta, zeros);
  }

  /** Without inner steps the end is the caller's own array, which has to stay where it is. */
  private static Map<String, NDArray> kept(Workspace work, Iterate end) {
    Map<String, NDArray> arrays = new TreeMap<>();
    end.arrays().forEach((name, array) -> arrays.put(name, work.keep(work.share(array))));
    return arrays;
  }
}
