package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;

/**
 * Clipping of a gradient by its global norm: {@code g min(1, maxNorm / |g|)}.
 *
 * @param maxNorm the greatest norm that passes; infinite for no clipping
 * @since 0.1
 */
public record Clipping(double maxNorm) {

  /** No clipping. */
  public static Clipping none() {
    return new Clipping(Double.POSITIVE_INFINITY);
  }

  /**
   * Clips a gradient.
   *
   * @param scope the owner of the result
   * @param norm the gradient's norm
   */
  public NDArray clip(NDManager scope, NDArray gradient, double norm) {
    try (Workspace work = new Workspace(scope)) {
      return norm > maxNorm
          ? work.keep(work.share(gradient).mul(maxNorm / norm))
          : work.copy(gradient);
    }
  }

  /**
   * Pulls a cotangent of the clipped gradient back to the gradient. The derivative is symmetric, so
   * this also pushes a direction of the gradient forward.
   *
   * @param scope the owner of the result
   */
  public NDArray reverse(NDManager scope, NDArray gradient, double norm, NDArray cotangent) {
    try (Workspace work = new Workspace(scope)) {
      if (norm <= maxNorm) {
        return work.copy(cotangent);
      }
      double along = InnerProducts.dot(gradient, cotangent) / (norm * norm);
      NDArray radial = work.share(gradient).mul(along);
      return work.keep(work.share(cotangent).sub(radial).mul(maxNorm / norm));
    }
  }
}
