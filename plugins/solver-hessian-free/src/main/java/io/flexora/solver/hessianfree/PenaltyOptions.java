package io.flexora.solver.hessianfree;

import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Option;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;

/** The options of {@code penalty}. */
public record PenaltyOptions(
    @Option(
            doc = "inner steps (updates of each copy of theta) per outer step",
            byDefault = "4",
            min = 1)
        int innerSteps,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "penalty lambda of the training loss in the loss of the first copy. The bias falls"
                    + " as one over it, while what the copies have not converged is multiplied by"
                    + " it",
            byDefault = "10",
            min = 0,
            minExclusive = true)
        double penalty,
    @Option(doc = "growth of the penalty with each outer step", byDefault = "0", min = 0)
        double penaltyGrowth,
    @Option(
            doc =
                "Richardson extrapolation with another copy at twice the penalty: the bias falls as"
                    + " one over its square, for half as many gradients more",
            byDefault = "false")
        boolean richardson,
    @Option(
            doc = "restart the copies from the initial theta in each outer step",
            byDefault = "false")
        boolean restart) {

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }

  /**
   * The weight decay that is part of the training loss. Decoupled decay is none: it bounds theta,
   * in all copies alike, whatever their loss.
   */
  double l2Penalty() {
    Optimiser optimiser = inner.update().optimiser().get();
    try {
      return optimiser.l2Penalty();
    } catch (FlexoraException decoupled) {
      return 0;
    }
  }

  /** The penalty in an outer step. */
  double penalty(long outerStep) {
    return penalty + penaltyGrowth * outerStep;
  }
}
