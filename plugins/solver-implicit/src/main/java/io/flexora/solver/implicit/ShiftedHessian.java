package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.numerics.vector.Workspace;

/**
 * The Hessian of the training loss in theta, with a number added to its diagonal.
 *
 * @param loss the loss with its gradient where the Hessian is taken
 * @param alpha the gates there
 * @param shift the number that is added
 */
record ShiftedHessian(GradientRecord loss, NDArray alpha, double shift) {

  /** The product with a vector; its part in alpha is that of the mixed derivative. */
  Direction times(NDManager scope, NDArray vector) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      NDArray none = own.zeros(alpha.getShape(), alpha.getDataType());
      Direction product = loss.hessianProduct(own, new Direction(vector, none));
      NDArray shifted = product.theta().add(work.share(vector).mul(shift));
      return new Direction(work.keep(shifted), work.keep(product.alpha()));
    }
  }
}
