package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Scores a layer by how much the validation loss rises when its adapters are taken out after a
 * warm-up of all layers: what scores by gradients estimate.
 *
 * <p>It takes a gradient for each step of the warm-up, and for each validation batch one for each
 * layer and one more.
 */
@Doc(
    "Keep the layers whose adapters are missed most: by the rise of the validation loss when a"
        + " layer's adapters are taken out after a warm-up. For each validation batch it costs as"
        + " many gradients as there are layers, and one more.")
public final class LeaveOneOutSelector extends MeasuredSelector {

  @Inject
  LeaveOneOutSelector(LeaveOneOutOptions options) {
    super("leave-one-out", options.layers(), options.measurement());
  }
}
