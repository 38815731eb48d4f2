package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Measured;
import jakarta.inject.Inject;

/**
 * Scores a layer by the norm of the training loss's gradient in its adapters, averaged over
 * batches. Layers with more parameters tend to have longer gradients.
 *
 * <p>It takes a gradient for each step of the warm-up and for each batch.
 */
@Doc(
    "Keep the layers whose adapters have the longest gradients, before training or after a short"
        + " warm-up. It costs a gradient for each batch.")
@Measured(
    "In mean accuracy over four tasks, on an encoder of 12 layers, 3 of them, always the "
        + "last, were 1.6 points below 3 random ones (0.6 to 2.6) with 1,280 examples seen "
        + "once, and 2.9 points below them (1.0 to 4.8) with 256 seen ten times "
        + "(manual, page study).")
public final class GradientNormSelector extends MeasuredSelector {

  @Inject
  GradientNormSelector(GradientNormOptions options) {
    super("gradient-norm", options.layers(), options.measurement());
  }
}
