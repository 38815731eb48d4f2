package io.flexora.solver.hypergradient;

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
 * Training loss {@code ½ θᵀHθ − θᵀBα}, validation loss {@code ½ |θ − t|²}: the minimiser is {@code
 * θ* = H⁻¹Bα}, and its hypergradient {@code BᵀH⁻¹(θ* − t)}.
 */
final class QuadraticProblem implements BilevelProblem {

  private static final double[][] H = {{2, 1}, {1, 2}};
  private static final double[][] H_INVERSE = {{2.0 / 3, -1.0 / 3}, {-1.0 / 3, 2.0 / 3}};
  private static final double[][] B = {{1, -2, 0.5}, {0.25, 1, -1}};
  private static final double[] TARGET = {0.5, -0.25};

  /** The hypergradient at the exact minimiser. */
  static double[] implicit(NDManager scope, double[] alpha) {
    NDArray minimiser = scope.create(H_INVERSE).matMul(scope.create(B)).matMul(scope.create(alpha));
    NDArray residual = minimiser.sub(scope.create(TARGET));
    return scope
        .create(B)
        .transpose()
        .matMul(scope.create(H_INVERSE).matMul(residual))
        .toDoubleArray();
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
    NDArray curved = scope.create(H).matMul(theta);
    NDArray linear = scope.create(B).matMul(alpha);
    double loss = curved.dot(theta).getDouble() / 2 - linear.dot(theta).getDouble();
    NDArray inAlpha = scope.create(B).transpose().matMul(theta).neg();
    return new LossGradient(loss, 1, curved.sub(linear), Optional.of(inAlpha));
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    return new Direction(
        scope.create(H).matMul(u.theta()), scope.create(B).transpose().matMul(u.theta()).neg());
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    NDArray residual = scope.create(TARGET).sub(theta).neg();
    double loss = residual.dot(residual).getDouble() / 2;
    return new LossGradient(
        loss, 1, residual, Optional.of(scope.zeros(new Shape(3), theta.getDataType())));
  }
}
