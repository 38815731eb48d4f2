package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;

/**
 * Conjugate gradient (Hestenes and Stiefel 1952), begun at 0. It needs a positive definite system
 * and sees where a direction says that it is not. Where the first one says so, the solution stays 0
 * and the estimate is the first-order one, which is told.
 *
 * @param iterations the most products
 * @param tolerance the length of the residual, over that of the right side, that is small enough;
 *     one that is no more than rounding always is
 * @param negativeCurvature whether it stops in a direction of no positive curvature, or refuses
 * @param notice where to tell of it
 */
record ConjugateGradient(
    int iterations, double tolerance, NegativeCurvature negativeCurvature, OneTimeNotice notice)
    implements LinearSolver {

  /**
   * What a residual of rounding may have, in units of the last place of the right side. Further
   * directions are of rounding, too: where the system is singular they have any curvature, and
   * steps along them spoil the solution.
   */
  private static final double ROUNDING = 8;

  @Override
  public NDArray solve(NDManager scope, ShiftedHessian system, NDArray b) {
    try (Workspace work = new Workspace(scope)) {
      NDArray solution = work.share(b).zerosLike();
      NDArray residual = work.share(b).duplicate();
      NDArray direction = residual.duplicate();
      double unit = b.getDataType() == DataType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
      double enough = Math.max(tolerance, ROUNDING * unit) * InnerProducts.norm(b);
      double square = InnerProducts.dot(residual, residual);
      for (int i = 0; i < iterations && Math.sqrt(square) > enough; i++) {
        try (Workspace one = new Workspace(work.temporary())) {
          NDArray image = system.times(one.temporary(), direction).theta();
          double curvature = InnerProducts.dot(direction, image);
          if (!(curvature > 0)) {
            met(curvature / InnerProducts.dot(direction, direction), system.shift(), i);
            break;
          }
          double length = square / curvature;
          solution.addi(one.share(direction).mul(length));
          residual.subi(image.muli(length));
        }
        double next = InnerProducts.dot(residual, residual);
        direction.muli(next / square).addi(residual);
        square = next;
      }
      return work.keep(solution);
    }
  }

  private void met(double curvature, double shift, int iteration) {
    String problem =
        ("solver implicit met the curvature %.3g in iteration %d of conjugate gradient, with %.3g"
                + " added to the Hessian: the training loss is not convex around theta, which is no"
                + " minimum that could be differentiated")
            .formatted(curvature, iteration + 1, shift);
    String advice =
        "raise damping by more than %.3g, train theta longer with inner_steps, use solver unrolled"
            .formatted(-curvature);
    negativeCurvature.requireAccepted(problem + "; " + advice);
    if (iteration == 0) {
      notice.tell(problem + ", and without a step the estimate is that of first-order; " + advice);
    }
  }
}
