package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code darts}. */
public record DartsOptions(
    @Option(
            doc =
                "inner training of theta during the search; DARTS itself uses learning_rate:"
                    + " 0.025 and optimiser: {use: momentum, weight_decay: 3e-4}",
            byDefault = "{}")
        InnerOptions inner,
    @Option(
            doc =
                "norm of the perturbation of theta in the central difference of gradients."
                    + " Default: 0.01 in float32, as in DARTS, and 1e-4 in float64",
            min = 0,
            minExclusive = true)
        Optional<Double> perturbation) {

  OuterStep outer() {
    InnerTraining training = new InnerTraining(inner, 1, false);
    return new OuterStep(training, 1, 1, Products.FINITE_DIFFERENCES, 0, perturbation);
  }
}
