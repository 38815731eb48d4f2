package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A loss without gates whose derivatives are written out, in float64: {@code sum of w_i sin(x_i) +
 * (c · x)² / 2}, where w depends on the step.
 */
record SmoothProblem(ParameterIndex parameters, int gates) implements BilevelProblem {

  private static final long VALIDATION = 1000;

  @Override
  public NDArray initialTheta(NDManager scope) {
    double[] start = IntStream.range(0, size()).mapToDouble(i -> Math.cos(2.3 * i)).toArray();
    return NativeArrays.of(scope, start);
  }

  private int size() {
    return Math.toIntExact(parameters.size());
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    double[] x = theta.toDoubleArray();
    double along = along(x);
    double loss = along * along / 2;
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      loss += weight(i, innerStep) * Math.sin(x[i]);
      gradient[i] = weight(i, innerStep) * Math.cos(x[i]) + along * coefficient(i);
    }
    return new LossGradient(
        loss,
        1,
        NativeArrays.of(scope, gradient),
        Optional.of(scope.zeros(new Shape(gates), theta.getDataType())));
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return training(scope, VALIDATION + outerStep, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    double[] x = theta.toDoubleArray();
    double[] direction = u.theta().toDoubleArray();
    double along = along(direction);
    double[] product = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      product[i] = -weight(i, innerStep) * Math.sin(x[i]) * direction[i] + along * coefficient(i);
    }
    return new Direction(
        NativeArrays.of(scope, product), scope.zeros(new Shape(gates), theta.getDataType()));
  }

  private static double along(double[] x) {
    return IntStream.range(0, x.length).mapToDouble(i -> coefficient(i) * x[i]).sum();
  }

  private static double coefficient(int i) {
    return 0.3 * Math.sin(1.7 * i + 1);
  }

  private static double weight(int i, long step) {
    return 1 + Math.sin(0.9 * i + step);
  }
}
