package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.MeasuredSelector;
import jakarta.inject.Inject;

/**
 * Scores a layer by the norm of the training loss's gradient in its adapters, without dropout and
 * an adapter's penalty, averaged over batches. Layers with more parameters tend to have longer
 * gradients.
 *
 * <p>It takes a gradient for each step of the warm-up and for each batch.
 */
@Doc(
    "Keep the layers whose adapters have the longest gradients, before training or after a short"
        + " warm-up. It costs a gradient for each batch.")
@Benchmarked("measured.csv")
public final class GradientNormSelector extends MeasuredSelector {

  @Inject
  GradientNormSelector(GradientNormOptions options) {
    super("gradient-norm", options.kept().or(KeptLayers.SAME), options.measurement());
  }
}
