package io.flexora.solver.hessianfree;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;

/** The options of {@code zero-order}. */
public record ZeroOrderOptions(
    @Option(
            doc =
                "inner steps (updates of theta) per outer step, each of which is taken again twice"
                    + " for each direction",
            byDefault = "1",
            min = 0)
        int innerSteps,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "random directions of alpha per outer step: the error of the gradient is about the"
                    + " square root of gates / directions times its length",
            byDefault = "8",
            min = 1)
        int directions,
    @Option(
            doc =
                "how far alpha is moved along a direction. Less has less bias, and in float32 more"
                    + " rounding",
            byDefault = "0.05",
            min = 0,
            minExclusive = true)
        double sigma,
    @Option(
            doc =
                "draw directions whose entries sum to 0, since a shift of all alpha changes no gate",
            byDefault = "true")
        boolean centered,
    @Option(
            doc = "maximum number of gates, with which the error of the gradient grows",
            byDefault = "64",
            min = 1)
        int maxGates,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart) {

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }
}
