package io.flexora.solver.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
import io.flexora.api.run.Seeds;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Forward-mode differentiation (Franceschi et al. 2017): the derivative of theta in each gate is
 * computed along with theta. It is the same exact hypergradient as {@code unrolled}, found another
 * way, and keeps no history of the steps.
 *
 * <p>An outer step of K inner steps and n gates takes K training gradients, K n Hessian products,
 * each of which costs about a gradient and a half where the model keeps the graph of the step's,
 * and a validation gradient. It keeps theta and the optimiser's state up to 2 n + 2 times: with
 * adamw 6 n + 7 vectors of theta's length, whatever K is.
 *
 * <p>With b random directions v of the gates in place of n ({@code (FG)²U}, Shen et al. 2024, arXiv
 * 2406.14095) the gradient is the mean over them of {@code <gradient, v> v}. The signs of v are
 * drawn, so that the expectation of {@code v vᵀ} is the identity: the estimate is unbiased, and its
 * variance about (n - 1) / b times the squared length of the gradient.
 */
@Doc(
    "Carry the derivative of theta in each gate along the optimiser steps: the gradient of"
        + " unrolled, found another way, to check it on models of few layers. A step costs a"
        + " Hessian product for each gate and inner step; memory does not grow with the inner"
        + " steps. With directions it is an unbiased estimate along random directions ((FG)2U), at"
        + " a product for each of them.")
public final class ForwardSolver implements Solver {

  private final InnerTraining training;
  private final int maxGates;
  private final Optional<Integer> random;
  private final Seeds seeds;

  @Inject
  ForwardSolver(ForwardOptions options, Seeds seeds) {
    requireForwardDerivative(options.inner().update().optimiser());
    this.training = options.training();
    this.maxGates = options.maxGates();
    this.random = options.directions();
    this.seeds = seeds;
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
      List<double[]> directions = directions(problem.gates(), outerStep);
      ForwardPass pass =
          new ForwardPass(own, training.loop(own, problem, alpha), alpha, begin, directions);
      for (int k = 0; k < training.steps(); k++) {
        pass.step();
      }
      InnerPosition end = pass.end();
      LossGradient validation = problem.validation(own, outerStep, end.at().theta(), alpha);
      NDArray direct = validation.alpha().orElseThrow();
      double[] along = pass.along(validation.theta());
      NDArray gradient =
          random.isEmpty()
              ? direct.add(ForwardPass.vector(own, along, alpha))
              : ForwardPass.vector(own, mean(directions, direct, along), alpha);
      return training.result(work, gradient, end, validation);
    }
  }

  /** The directions of an outer step, each with a number for each gate: the gates, or random. */
  List<double[]> directions(int gates, long outerStep) {
    if (random.isEmpty()) {
      return IntStream.range(0, gates)
          .mapToObj(gate -> IntStream.range(0, gates).mapToDouble(i -> i == gate ? 1 : 0).toArray())
          .toList();
    }
    SplittableRandom draw = seeds.stream("solver", "forward", outerStep);
    return IntStream.range(0, random.get())
        .mapToObj(
            i -> IntStream.range(0, gates).mapToDouble(g -> draw.nextBoolean() ? 1 : -1).toArray())
        .toList();
  }

  /** The mean over the directions of the derivative along them, times them. */
  private static double[] mean(List<double[]> directions, NDArray direct, double[] along) {
    double[] ofAlpha = direct.toType(DataType.FLOAT64, true).toDoubleArray();
    double[] mean = new double[ofAlpha.length];
    for (int j = 0; j < along.length; j++) {
      double[] v = directions.get(j);
      double derivative =
          along[j] + IntStream.range(0, v.length).mapToDouble(i -> ofAlpha[i] * v[i]).sum();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += derivative * v[i] / along.length;
      }
    }
    return mean;
  }

  /**
   * At the last direction of a step, the tangents are alive as they were before it, and all but one
   * as they are after it. Before the first step they are all the same zeros.
   */
  @Override
  public Workload cost(int gates) {
    requireFew(gates);
    int directions = random.orElse(gates);
    int steps = training.steps();
    long position = training.positionArrays();
    long before = position * (steps > 1 ? directions + 1 : 1);
    long after = steps > 0 ? position * (directions - 1) + 1 : 0;
    Passes products = Passes.of((long) steps * directions);
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
    if (random.isEmpty() && gates > maxGates) {
      throw new IncompatibleOptionException(
          "max_gates",
          ("solver forward would take %d Hessian products in each inner step, one for each gate,"
                  + " and accepts %d; use solver unrolled, which finds the same gradient with one, or"
                  + " write max_gates: %d, or directions: 4 for an estimate")
              .formatted(gates, maxGates, gates));
    }
  }
}
