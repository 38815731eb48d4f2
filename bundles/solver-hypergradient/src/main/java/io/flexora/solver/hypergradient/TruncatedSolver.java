package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Truncated unrolling (Shaban et al. 2019): the derivative through the last of the inner steps.
 * What is left out falls off exponentially with the truncation where theta is near a minimum.
 *
 * <p>An outer step of K inner steps and truncation T takes K training gradients, T Hessian
 * products, each of which costs about two gradients, and a validation gradient. It keeps theta, the
 * optimiser's state and the gradient of T inner steps: with adamw 4 T vectors of theta's length.
 */
@Doc(
    "Differentiate the validation loss through the last of the optimiser steps on theta. A step"
        + " costs a gradient for each inner step, a Hessian product for each of the last, and one"
        + " gradient on validation examples.")
public final class TruncatedSolver extends OuterStepSolver {

  @Inject
  TruncatedSolver(TruncatedOptions options) {
    super(options.outer());
  }
}
