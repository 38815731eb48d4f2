package io.flexora.numerics.vector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Inner products of flat vectors, summed in float64 whatever the vectors' type.
 *
 * @since 0.1
 */
public final class InnerProducts {

  private InnerProducts() {}

  /** Computes the inner product of two vectors of the same length. */
  public static double dot(NDArray left, NDArray right) {
    try (Workspace work = new Workspace(left.getManager())) {
      NDArray x = work.share(left).toType(DataType.FLOAT64, false);
      NDArray y = work.share(right).toType(DataType.FLOAT64, false);
      return x.mul(y).sum().getDouble();
    }
  }

  /** Computes the Euclidean norm of a vector. */
  public static double norm(NDArray vector) {
    return Math.sqrt(dot(vector, vector));
  }
}
