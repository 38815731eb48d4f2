package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Solves {@code (H + shift) q = b} by products with H alone. */
interface LinearSolver {

  /**
   * Solves.
   *
   * @param scope the owner of the solution
   * @param system the left side
   * @param b the right side {@code [parameters]}, not 0
   */
  NDArray solve(NDManager scope, ShiftedHessian system, NDArray b);
}
