package io.flexora.solver.hypergradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.optimiser.Iterate;
import io.flexora.numerics.bilevel.InnerLoop;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One outer step: optimiser steps on theta, the validation gradient at their end, and its way back
 * through the last of the steps.
 *
 * @param training how theta is trained
 * @param depth how many of the steps are differentiated through; none makes the estimate
 *     first-order
 * @param segment how many of these steps are alive at a time on the way back
 * @param products where second-order products come from
 * @param graphs how many of these steps, the last ones, keep their gradient's graph for the product
 * @param perturbation how far their differences reach, if they are differences; empty for the usual
 */
record OuterStep(
    InnerTraining training,
    int depth,
    int segment,
    Products products,
    int graphs,
    Optional<Double> perturbation) {

  /** Steps of which none is differentiated. */
  static OuterStep firstOrder(InnerTraining training) {
    return new OuterStep(training, 0, 1, Products.EXACT, 0, Optional.empty());
  }

  InnerState start(NDManager scope, BilevelProblem problem) {
    return training.start(scope, problem);
  }

  int innerSteps() {
    return training.steps();
  }

  boolean usesFiniteDifferences() {
    return depth > 0 && products == Products.FINITE_DIFFERENCES;
  }

  /**
   * What the step takes. The way back keeps where each segment begins, and of one segment every
   * step with its gradient; it carries the cotangents at the end, and those of two steps.
   */
  Workload cost() {
    if (depth == 0) {
      return training.cost();
    }
    long position = training.positionArrays();
    long length = Math.min(segment, depth);
    long earlier = (depth - 1) / length;
    long last = depth - earlier * length;
    long begins = earlier + (depth < training.steps() ? 1 : 0);
    long alive = earlier == 0 ? last - 1 : length;
    long carried = depth == 1 ? 2 * position + 1 : 3 * position + 4;
    int graphsKept = (int) Math.min(graphs, last);
    long gradients = training.steps() + earlier * length + (long) depth * products.gradients();
    return Workload.CALLS
        .trainingGradients(Passes.of(gradients))
        .hessianProducts(Passes.of((long) depth * products.products()))
        .recorded(Passes.of(graphsKept), graphsKept)
        .validationGradients(Passes.of(1))
        .storedThetas(
            training.trainingArrays()
                + (begins + alive) * position
                + Math.max(last, earlier == 0 ? 0 : length)
                + carried
                + products.arrays());
  }

  Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long number) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      InnerLoop loop = training.loop(own, products.of(problem, perturbation), alpha);
      InnerPosition begin = training.begin(own, problem, state);
      InnerPosition at = loop.run(own, begin, training.steps() - depth, 0).end();
      Tail tail = Tail.run(own, loop, at, depth, segment, graphs);

      Iterate end = tail.end().at();
      LossGradient validation = problem.validation(own, number, end.theta(), alpha);
      NDArray gradient = validation.alpha().orElseThrow();
      if (depth > 0) {
        Iterate cotangent = cotangent(own, end, validation.theta());
        ReversePass reverse = new ReversePass(own, loop.rule(), alpha, depth, cotangent);
        tail.backwards(own, reverse::through);
        gradient = gradient.add(reverse.sum());
      }
      return training.result(work, gradient, tail.end(), validation);
    }
  }

  /** The validation loss depends on theta alone, not on what the optimiser keeps. */
  private static Iterate cotangent(NDManager scope, Iterate end, NDArray theta) {
    Map<String, NDArray> zeros = new TreeMap<>();
    Shape shape = theta.getShape();
    end.state().keySet().forEach(name -> zeros.put(name, scope.zeros(shape, theta.getDataType())));
    return new Iterate(theta, zeros);
  }
}
