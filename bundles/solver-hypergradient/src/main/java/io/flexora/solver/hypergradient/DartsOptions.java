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
                    + " Default: 0.01, as in DARTS",
            min = 0,
            minExclusive = true)
        Optional<Double> perturbation) {

  private static final double USUAL_PERTURBATION = 0.01;

  OuterStep outer() {
    InnerTraining training = new InnerTraining(inner, 1, false);
    Optional<Double> norm = Optional.of(perturbation.orElse(USUAL_PERTURBATION));
    return new OuterStep(training, 1, 1, Products.FINITE_DIFFERENCES, 0, norm);
  }
}
