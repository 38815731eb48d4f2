package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.Direction;
import io.flexora.numerics.vector.Workspace;

/**
 * The Hessian of the training loss in theta, with a number added to its diagonal.
 *
 * @param problem the problem
 * @param step the inner step whose batch the loss is of
 * @param theta where the Hessian is taken
 * @param alpha the gates
 * @param shift the number that is added
 */
record ShiftedHessian(
    BilevelProblem problem, long step, NDArray theta, NDArray alpha, double shift) {

  /** The product with a vector; its part in alpha is that of the mixed derivative. */
  Direction times(NDManager scope, NDArray vector) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      NDArray none = own.zeros(new Shape(problem.gates()), alpha.getDataType());
      Direction product =
          problem.trainingProduct(own, step, theta, alpha, new Direction(vector, none));
      NDArray shifted = product.theta().add(work.share(vector).mul(shift));
      return new Direction(work.keep(shifted), work.keep(product.alpha()));
    }
  }
}
