package io.flexora.solver.hypergradient;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * The gradient of the validation loss in alpha at fixed theta: no step is differentiated.
 *
 * <p>An outer step of K inner steps takes K training gradients and a validation gradient, and keeps
 * nothing but the newest iterate.
 */
@Doc(
    "Take the validation loss's gradient in the gates at the current theta; cheap, but blind to"
        + " how the gates shape theta. A step costs a gradient for each inner step and one on"
        + " validation examples.")
public final class FirstOrderSolver extends OuterStepSolver {

  @Inject
  FirstOrderSolver(FirstOrderOptions options) {
    super(options.outer());
  }
}
