package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.MeasuredSelector;
import jakarta.inject.Inject;

/**
 * Scores a layer by the sensitivity of its adapters' weights, {@code sum of |theta gradient|}
 * (SNIP, Lee et al. 2019), without dropout and an adapter's penalty, averaged over batches. SNIP
 * takes it before training; LoRA's weights are then at a point where it is 0 in every layer, so the
 * adapters of all layers are trained for a few steps first. Adapters that start at another B than 0
 * can be scored before.
 *
 * <p>It takes a gradient for each step of the warm-up and for each batch.
 */
@Doc(
    "Keep the layers whose adapter weights influence the loss most, by the sum of |theta *"
        + " gradient| (SNIP). A short warm-up precedes it where LoRA's B starts at 0. The cost"
        + " is a gradient for each warm-up step and each batch.")
public final class SnipSelector extends MeasuredSelector {

  @Inject
  SnipSelector(SnipOptions options) {
    super("snip", options.kept().or(KeptLayers.SAME), options.measurement());
  }
}
