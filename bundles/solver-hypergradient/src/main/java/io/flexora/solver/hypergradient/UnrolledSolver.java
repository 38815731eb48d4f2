package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Unrolled differentiation: the exact derivative through the inner optimiser steps.
 *
 * <p>An outer step of K inner steps takes K training gradients, K Hessian products, each of which
 * costs about two gradients, and a validation gradient. It keeps theta, the optimiser's state and
 * the gradient of each inner step: with adamw 4 K vectors of theta's length. With {@code
 * checkpoint_every: n} it takes up to K training gradients more and keeps 3 K / n + 4 n vectors. A
 * product takes a gradient less where {@code kept_graphs} has the graph of it kept.
 */
@Doc(
    "Differentiate the validation loss through the optimiser steps on theta, exactly. A step"
        + " costs a gradient and a Hessian product for each inner step and one gradient on"
        + " validation examples, and keeps each inner step's state in memory.")
public final class UnrolledSolver extends OuterStepSolver {

  @Inject
  UnrolledSolver(UnrolledOptions options) {
    super(options.outer());
  }
}
