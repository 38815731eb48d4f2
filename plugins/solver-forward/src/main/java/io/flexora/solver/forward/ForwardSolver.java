package io.flexora.solver.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;

/**
 * Forward-mode differentiation (Franceschi et al. 2017): the derivative of theta in each gate is
 * computed along with theta. It is the same exact hypergradient as {@code unrolled}, found another
 * way, and keeps no history of the steps.
 *
 * <p>An outer step of K inner steps and n gates takes K training gradients, K n Hessian products,
 * each of which costs about a gradient and a half where the model keeps the graph of the step's,
 * and a validation gradient. It keeps theta and the optimiser's state up to 2 n + 2 times: with
 * adamw 6 n + 7 vectors of theta's length, whatever K is.
 */
@Doc(
    "Carry the derivative of theta in each gate along the optimiser steps: the gradient of"
        + " unrolled, found another way, to check it on models of few layers. A step costs a"
        + " Hessian product for each gate and inner step; memory does not grow with the inner"
        + " steps.")
public final class ForwardSolver implements Solver {

  private final InnerTraining training;
  private final int maxGates;

  @Inject
  ForwardSolver(ForwardOptions options) {
    requireForwardDerivative(options.inner().update().optimiser());
    this.training = options.training();
    this.maxGates = options.maxGates();
  }

  @Override
  public InnerState start(NDManager scope, BilevelProblem problem) {
    requireFew(problem.gates());
    return training.start(scope, problem);
  }

  @Override
  public Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    requireFew(problem.gates());
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      InnerPosition begin = training.begin(own, problem, state);
      ForwardPass pass =
          new ForwardPass(own, problem, training.loop(own, problem, alpha), alpha, begin);
      for (int k = 0; k < training.steps(); k++) {
        pass.step();
      }
      InnerPosition end = pass.end();
      LossGradient validation = problem.validation(own, outerStep, end.at().theta(), alpha);
      NDArray gradient = validation.alpha().orElseThrow().add(pass.along(validation.theta()));
      return training.result(work, gradient, end, validation);
    }
  }

  /**
   * At the last gate of a step, the tangents are alive as they were before it, and all but one as
   * they are after it. Before the first step they are all the same zeros.
   */
  @Override
  public Workload cost(int gates) {
    requireFew(gates);
    int steps = training.steps();
    long position = training.positionArrays();
    long before = position * (steps > 1 ? gates + 1 : 1);
    long after = steps > 0 ? position * (gates - 1) + 1 : 0;
    Passes products = Passes.of((long) steps * gates);
    return Workload.CALLS
        .trainingGradients(Passes.of(steps))
        .hessianProducts(products)
        .recorded(products, 0)
        .validationGradients(Passes.of(1))
        .storedThetas(training.trainingArrays() + before + after);
  }

  @Override
  public int innerSteps() {
    return training.steps();
  }

  private static void requireForwardDerivative(Component<Optimiser> optimiser) {
    if (!(optimiser.get() instanceof ForwardDifferentiable)) {
      throw new IncompatibleOptionException(
          "inner.optimiser",
          ("solver forward needs an optimiser with a forward derivative, which optimiser %s does"
                  + " not have; choose another optimiser, or use solver unrolled, which finds the same"
                  + " gradient backwards")
              .formatted(optimiser.name()));
    }
  }

  private void requireFew(int gates) {
    if (gates > maxGates) {
      throw new IncompatibleOptionException(
          "max_gates",
          ("solver forward would take %d Hessian products in each inner step, one for each gate,"
                  + " and accepts %d; use solver unrolled, which finds the same gradient with one, or"
                  + " write max_gates: %d")
              .formatted(gates, maxGates, gates));
    }
  }
}
