package io.flexora.numerics.vector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.flexora.api.plan.Slice;

/**
 * The parts of a vector that is laid out as theta.
 *
 * @since 0.1
 */
public final class ThetaParts {

  private ThetaParts() {}

  /**
   * The part of a slice, of the slice's shape; a view, which changes with the vector.
   *
   * @param scope the owner of the view
   * @param theta the vector
   */
  public static NDArray of(NDManager scope, NDArray theta, Slice slice) {
    NDArray flat =
        theta.get(new NDIndex().addSliceDim(slice.offset(), slice.offset() + slice.size()));
    flat.attach(scope);
    NDArray part = flat.reshape(slice.shape());
    part.attach(scope);
    return part;
  }
}
