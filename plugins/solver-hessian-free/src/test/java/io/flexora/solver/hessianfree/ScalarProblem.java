package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import java.util.List;
import java.util.Optional;

/**
 * Training loss {@code ½ θ² − θα}, validation loss {@code ½ θ²}, of one parameter and one gate.
 *
 * @param start the initial theta
 */
record ScalarProblem(double start) implements BilevelProblem {

  @Override
  public ParameterIndex parameters() {
    return new ParameterIndex(List.of(new Slice(0, new Shape(1), new Slice.Head("theta"))));
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return of(scope, start);
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    double t = theta.getDouble(0);
    double a = alpha.getDouble(0);
    return new LossGradient(t * t / 2 - t * a, 1, of(scope, t - a), Optional.of(of(scope, -t)));
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    double t = u.theta().getDouble(0);
    return new Direction(of(scope, t - u.alpha().getDouble(0)), of(scope, -t));
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    double t = theta.getDouble(0);
    return new LossGradient(t * t / 2, 1, of(scope, t), Optional.of(of(scope, 0)));
  }

  private static NDArray of(NDManager scope, double value) {
    return NativeArrays.of(scope, new double[] {value});
  }
}
