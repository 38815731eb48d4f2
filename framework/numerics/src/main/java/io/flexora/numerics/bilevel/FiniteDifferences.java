package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;
import java.util.Optional;

/**
 * A problem whose second-order products are central differences of its gradients (as in DARTS, Liu
 * et al. 2019): {@code (gradient(x + r u) - gradient(x - r u)) / 2r} with {@code r = rho / |u|}.
 *
 * @since 0.1
 */
public final class FiniteDifferences extends ForwardingProblem {

  private final Optional<Double> rho;

  /**
   * Takes everything but the products from the problem.
   *
   * @param rho how far a difference reaches to each side, in the norm of (theta, alpha); empty for
   *     1e-2 in float32 and 1e-4 in float64
   */
  public FiniteDifferences(BilevelProblem problem, Optional<Double> rho) {
    super(problem);
    this.rho = rho;
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    double norm = Math.hypot(InnerProducts.norm(u.theta()), InnerProducts.norm(u.alpha()));
    try (Workspace work = new Workspace(scope)) {
      if (norm == 0) {
        return new Direction(work.copy(u.theta()), work.copy(u.alpha()));
      }
      double step = rho.orElse(length(theta.getDataType())) / norm;
      LossGradient plus = gradient(work, innerStep, theta, alpha, u, step);
      LossGradient minus = gradient(work, innerStep, theta, alpha, u, -step);
      NDArray inTheta = plus.theta().sub(minus.theta()).div(2 * step);
      NDArray inAlpha = plus.alpha().orElseThrow().sub(minus.alpha().orElseThrow()).div(2 * step);
      return new Direction(work.keep(inTheta), work.keep(inAlpha));
    }
  }

  private LossGradient gradient(
      Workspace work, long innerStep, NDArray theta, NDArray alpha, Direction u, double step) {
    NDArray movedTheta = work.share(theta).add(work.share(u.theta()).mul(step));
    NDArray movedAlpha = work.share(alpha).add(work.share(u.alpha()).mul(step));
    return training(work.temporary(), innerStep, movedTheta, movedAlpha);
  }

  /** The length of the difference: where truncation and rounding are about equal. */
  private static double length(DataType type) {
    return type == DataType.FLOAT64 ? 1e-4 : 1e-2;
  }
}
