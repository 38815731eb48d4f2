package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;

/**
 * The Neumann series {@code step * sum over i = 0..products of (1 - step (H + shift))^i b}
 * (Lorraine et al. 2020). With a shift of 0 it is what {@code products + 1} steps of gradient
 * descent of that learning rate, unrolled at a minimum, find. It converges where the eigenvalues
 * are between 0 and 2 over the step; its terms grow where one is not, which is told.
 *
 * @param products the products
 * @param step the step
 * @param negativeCurvature what happens where a term is longer than the one before
 * @param notice where to tell of it
 */
record NeumannSeries(
    int products, double step, NegativeCurvature negativeCurvature, OneTimeNotice notice)
    implements LinearSolver {

  /** Rounding in float32 makes a term longer by no more than that. */
  private static final double ROUNDING = 1 + 1e-5;

  @Override
  public NDArray solve(NDManager scope, ShiftedHessian system, NDArray b) {
    try (Workspace work = new Workspace(scope)) {
      NDArray term = work.share(b).duplicate();
      NDArray sum = term.duplicate();
      double length = InnerProducts.norm(term);
      for (int i = 0; i < products; i++) {
        double curvature = advance(work, system, term);
        double next = InnerProducts.norm(term);
        if (!(next <= length * ROUNDING) && !isSummed(curvature, system.shift(), i)) {
          break;
        }
        sum.addi(term);
        length = next;
      }
      return work.keep(sum.muli(step));
    }
  }

  /** Goes to the next term; returns the curvature along the one before. */
  private double advance(Workspace work, ShiftedHessian system, NDArray term) {
    try (NDManager one = work.temporary().newSubManager()) {
      NDArray image = system.times(one, term).theta();
      double curvature = InnerProducts.dot(term, image) / InnerProducts.dot(term, term);
      term.subi(image.muli(step));
      return curvature;
    }
  }

  /** Whether a term that is longer than the one before is summed all the same. */
  private boolean isSummed(double curvature, double shift, int term) {
    String problem =
        ("solver implicit met the curvature %.3g at term %d of the Neumann series, which grows:"
                + " with neumann_step %.3g and %.3g added to the Hessian it does not converge")
            .formatted(curvature, term + 1, step, shift);
    String advice =
        curvature > 0
            ? "write a neumann_step below %.3g".formatted(1 / curvature)
            : "raise damping by more than %.3g, or train theta longer with inner_steps"
                .formatted(-curvature);
    negativeCurvature.requireAccepted(problem + "; " + advice);
    boolean summed = negativeCurvature == NegativeCurvature.CONTINUE;
    String consequence = summed ? ", and its sum grows with iterations; " : ", and is cut there; ";
    notice.tell(problem + consequence + advice);
    return summed;
  }
}
