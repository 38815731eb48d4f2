package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * DARTS (Liu et al. 2019): one optimiser step on theta, and the derivative through it by a
 * difference of two training gradients, at theta plus and minus a multiple of the validation
 * gradient after the step. Momentum and weight decay are part of the step. Where the optimiser is
 * not gradient descent, the validation gradient is first pulled back through it; this extends DARTS
 * to adamw, to clipping and to a learning rate of the head.
 *
 * <p>DARTS moves the gates before it trains theta; here theta is trained at the gates of before, as
 * all solvers do, so that only the estimate differs.
 *
 * <p>An outer step takes 3 training gradients and a validation gradient, no Hessian product, and
 * keeps theta, the optimiser's state and the gradient of one step: with adamw 4 vectors of theta's
 * length. Rounding to 16 bits drowns the difference, so the model has to compute in float32.
 */
@Doc(
    "Differentiate the validation loss through one optimiser step on theta by a difference of two"
        + " gradients (DARTS, ICLR 2019). A step costs three gradients and one on validation"
        + " examples, and no Hessian product. The model has to compute in float32, as a difference"
        + " is lost in bf16.")
public final class DartsSolver extends OuterStepSolver {

  @Inject
  DartsSolver(DartsOptions options) {
    super(options.outer());
  }
}
