package io.flexora.solver.hessianfree;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code sama}. */
public record SamaOptions(
    @Option(
            doc =
                "inner steps (updates of theta) per outer step, of which the last one is"
                    + " differentiated",
            byDefault = "4",
            min = 1)
        int innerSteps,
    @Option(doc = "inner training of theta during the search", byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "theta around which gradients are compared: before-last-step, where the last"
                    + " gradient was taken, as its derivative asks for, or after-last-step, as SAMA"
                    + " does",
            byDefault = "before-last-step")
        PerturbedTheta around,
    @Option(
            doc =
                "norm of the perturbation of theta in the central difference of gradients."
                    + " Default: 0.01 in float32 and 1e-4 in float64",
            min = 0,
            minExclusive = true)
        Optional<Double> perturbation,
    @Option(doc = "restart theta from its initial values in each outer step", byDefault = "false")
        boolean restart) {

  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, restart);
  }
}
