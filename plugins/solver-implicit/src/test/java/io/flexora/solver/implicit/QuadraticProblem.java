package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Slice;
import java.util.List;
import java.util.Optional;

/**
 * Training loss {@code ½ θᵀHθ − θᵀBα} with {@code H = [[a, b], [b, a]]}, validation loss {@code ½
 * |θ − t|²}. The eigenvalues of H are a + b and a − b.
 *
 * @param a the diagonal of H
 * @param b the rest of H
 */
record QuadraticProblem(double a, double b) implements BilevelProblem {

  private static final double[][] B = {{1, -2, 0.5}, {0.25, 1, -1}};
  private static final double[] TARGET = {0.5, -0.25};

  /** The minimiser of the training loss {@code H⁻¹Bα}. */
  double[] minimiser(double[] alpha) {
    return solved(0, timesB(alpha));
  }

  /** The hypergradient {@code Bᵀ(H + shift)⁻¹(θ − t)}; with a shift of 0 the true one at θ*. */
  double[] implicit(double[] theta, double shift) {
    double[] q = solved(shift, new double[] {theta[0] - TARGET[0], theta[1] - TARGET[1]});
    double[] product = new double[3];
    for (int i = 0; i < 3; i++) {
      product[i] = B[0][i] * q[0] + B[1][i] * q[1];
    }
    return product;
  }

  private static double[] timesB(double[] alpha) {
    double[] product = new double[2];
    for (int row = 0; row < 2; row++) {
      for (int i = 0; i < 3; i++) {
        product[row] += B[row][i] * alpha[i];
      }
    }
    return product;
  }

  /** Cramer's rule. */
  private double[] solved(double shift, double[] right) {
    double d = a + shift;
    double determinant = d * d - b * b;
    return new double[] {
      (d * right[0] - b * right[1]) / determinant, (d * right[1] - b * right[0]) / determinant
    };
  }

  private NDArray hessian(NDManager scope) {
    return scope.create(new double[][] {{a, b}, {b, a}});
  }

  @Override
  public ParameterIndex parameters() {
    return new ParameterIndex(List.of(new Slice(0, new Shape(2), new Slice.Head("theta"))));
  }

  @Override
  public int gates() {
    return 3;
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return scope.create(new double[] {1, 1});
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    NDArray curved = hessian(scope).matMul(theta);
    NDArray linear = scope.create(B).matMul(alpha);
    double loss = curved.dot(theta).getDouble() / 2 - linear.dot(theta).getDouble();
    NDArray inAlpha = scope.create(B).transpose().matMul(theta).neg();
    return new LossGradient(loss, 1, curved.sub(linear), Optional.of(inAlpha));
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    return new Direction(
        hessian(scope).matMul(u.theta()), scope.create(B).transpose().matMul(u.theta()).neg());
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    NDArray residual = scope.create(TARGET).sub(theta).neg();
    double loss = residual.dot(residual).getDouble() / 2;
    return new LossGradient(
        loss, 1, residual, Optional.of(scope.zeros(new Shape(3), theta.getDataType())));
  }
}
