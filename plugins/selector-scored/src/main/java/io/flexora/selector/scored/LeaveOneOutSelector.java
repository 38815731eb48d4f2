package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import io.flexora.selector.scored.measure.MeasuredSelector;
import jakarta.inject.Inject;

/**
 * Scores a layer by how much the validation loss rises when its adapters are taken out after a
 * warm-up of all layers: what scores by gradients estimate.
 *
 * <p>It takes a gradient for each step of the warm-up, and for each validation batch a forward pass
 * for each layer and one more.
 */
@Doc(
    "Keep the layers whose ablation hurts most: by the rise of the validation loss"
        + " when a layer's adapters are removed after a warm-up. It costs the gradients of the"
        + " warm-up, and a forward pass per layer, and one more, for each validation batch.")
public final class LeaveOneOutSelector extends MeasuredSelector {

  @Inject
  LeaveOneOutSelector(LeaveOneOutOptions options) {
    super("leave-one-out", options.layers(), options.measurement());
  }
}
