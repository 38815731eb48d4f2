package io.flexora.solver.implicit;

import io.flexora.api.run.Notices;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;

/**
 * Warns of poor solutions with a sketch of the Hessian, once of each kind: of those that are worse
 * than none, and of those that miss more than half of the right side where what is added to the
 * Hessian is below the smallest eigenvalue that the sketch shows, so that it is likely to be below
 * those that it misses, too. Either sign alone is common where the solution is good enough.
 */
final class ResidualWarning {

  private static final double HALF = 0.5;

  private final double damping;
  private final int rank;
  private final Notices notices;
  private final AtomicBoolean worseThanNone = new AtomicBoolean();
  private final AtomicBoolean poor = new AtomicBoolean();

  /**
   * Has warned of nothing yet.
   *
   * @param damping the option, for messages
   * @param rank the option, for messages
   */
  ResidualWarning(double damping, int rank, Notices notices) {
    this.damping = damping;
    this.rank = rank;
    this.notices = notices;
  }

  /**
   * Looks at a solution.
   *
   * @param residual the length of what it misses, over that of the right side
   * @param shift what is added to the Hessian
   * @param smallestShown finds the size of the smallest eigenvalue that the sketch shows
   */
  void look(double residual, double shift, DoubleSupplier smallestShown) {
    if (residual > 1) {
      if (worseThanNone.compareAndSet(false, true)) {
        tell(residual, "so it is worse than none");
      }
    } else if (residual > HALF && !worseThanNone.get() && !poor.get()) {
      double smallest = smallestShown.getAsDouble();
      if (shift < smallest && poor.compareAndSet(false, true)) {
        tell(
            residual,
            "and the smallest eigenvalue that the sketch shows is %.3g".formatted(smallest));
      }
    }
  }

  private void tell(double residual, String why) {
    notices.add(
        ("solver nystrom: the solution misses %.3g times the length of the right side, %s; raise"
                + " damping (%s), which has to be above the eigenvalues of the Hessian that a sketch"
                + " of rank %d misses, or raise rank, or use solver implicit")
            .formatted(residual, why, damping, rank));
  }
}
