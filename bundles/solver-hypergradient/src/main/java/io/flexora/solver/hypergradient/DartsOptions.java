package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Optional;

/** The options of {@code darts}. */
public record DartsOptions(
    @Option(
            doc =
                "how theta is trained while the gates are searched; DARTS itself uses"
                    + " learning_rate: 0.025 and optimiser: {use: momentum, weight_decay: 3e-4}",
            byDefault = "{}")
        InnerOptions inner,
    @Option(
            doc =
                "how far theta is moved to each side in the difference of two gradients, as a norm."
                    + " DARTS uses 0.01, which is meant in float32 when nothing is written, and"
                    + " 1e-4 in float64",
            min = 0,
            minExclusive = true)
        Optional<Double> perturbation) {

  OuterStep outer() {
    InnerTraining training = new InnerTraining(inner, 1, false);
    return new OuterStep(training, 1, 1, Products.FINITE_DIFFERENCES, perturbation);
  }
}
