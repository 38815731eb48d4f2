package io.flexora.solver.implicit;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;

/** The options of {@code nystrom}. */
public record NystromOptions(
    @Option(
            doc =
                "inner steps (updates of theta) per outer step; the estimate is accurate where"
                    + " they bring theta near a minimum of the training loss",
            byDefault = "4",
            min = 0)
        int innerSteps,
    @Option(
            doc =
                "inner training of theta during the search, with an optimiser that converges to"
                    + " a minimum of the loss, such as adamw without decoupled weight decay",
            byDefault = "{}")
        InnerOptions inner,
    @Option(
            doc =
                "rank of the approximation of the Hessian: as many Hessian products for each"
                    + " sketch, and twice as many copies of theta",
            byDefault = "10",
            min = 1)
        int rank,
    @Option(
            doc = "directions of the sketch: gaussian, or columns for single parameters",
            byDefault = "gaussian")
        Sketch sketch,
    @Option(
            doc =
                "damping, added to the Hessian's diagonal beside the weight decay. It must"
                    + " exceed the eigenvalues that the sketch misses: their directions are"
                    + " treated as zero curvature and divided by the damping",
            byDefault = "1",
            min = 0,
            minExclusive = true)
        double damping,
    @Option(
            doc =
                "outer steps that use the same sketch; in those without a new one a step takes a"
                    + " single Hessian product",
            byDefault = "1",
            min = 1)
        int refreshEvery,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart) {

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }

  /**
   * What is added to the Hessian: the weight decay is the Hessian of its own part of the loss.
   *
   * @throws io.flexora.api.run.FlexoraException if the optimiser does not end at a minimum
   */
  double shift() {
    return damping + training().l2Penalty();
  }
}
