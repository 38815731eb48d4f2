package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import java.util.Arrays;

/**
 * The validation loss after one outer step as a function of alpha, and central differences of it:
 * the truth that a hypergradient has to meet.
 */
record WholeTrajectory(Solver solver, BilevelProblem problem, InnerState start, long outerStep) {

  private static final double STEP = 1e-3;

  void requireGradient(NDManager manager, double[] alpha) {
    double[] exact = gradient(manager, alpha);
    double[] differences = differences(manager, alpha);
    assertThat(distance(exact, differences))
        .as("%s for %s", Arrays.toString(exact), Arrays.toString(differences))
        .isLessThan(1e-6 * norm(differences));
  }

  double[] gradient(NDManager manager, double[] alpha) {
    try (NDManager scope = manager.newSubManager()) {
      return step(scope, alpha).gradient().toDoubleArray();
    }
  }

  /** Of the fourth order, so that the step can be so wide that rounding does not count. */
  private double[] differences(NDManager manager, double[] alpha) {
    double[] differences = new double[alpha.length];
    for (int i = 0; i < alpha.length; i++) {
      double near = loss(manager, alpha, i, STEP) - loss(manager, alpha, i, -STEP);
      double far = loss(manager, alpha, i, 2 * STEP) - loss(manager, alpha, i, -2 * STEP);
      differences[i] = (8 * near - far) / (12 * STEP);
    }
    return differences;
  }

  private double loss(NDManager manager, double[] alpha, int gate, double move) {
    double[] moved = alpha.clone();
    moved[gate] += move;
    return loss(manager, moved);
  }

  private double loss(NDManager manager, double[] alpha) {
    try (NDManager scope = manager.newSubManager()) {
      return step(scope, alpha).validationLoss();
    }
  }

  private Hypergradient step(NDManager scope, double[] alpha) {
    return solver.step(scope, problem, start, scope.create(alpha), outerStep);
  }

  static double distance(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (left[i] - right[i]) * (left[i] - right[i]);
    }
    return Math.sqrt(sum);
  }

  static double norm(double[] vector) {
    return distance(vector, new double[vector.length]);
  }
}
