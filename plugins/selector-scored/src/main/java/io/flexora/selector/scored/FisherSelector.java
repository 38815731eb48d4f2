package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.MeasuredSelector;
import jakarta.inject.Inject;

/**
 * Scores a layer by the trace of the empirical Fisher information in its adapters: the squared norm
 * of the gradient of one example's loss, without dropout and an adapter's penalty, averaged over
 * examples.
 *
 * <p>It takes a gradient for each step of the warm-up, and the gradient of a single example for
 * each example.
 */
@Doc(
    "Keep the layers with the largest empirical Fisher information in their adapters: the mean"
        + " squared gradient of single examples. It costs a gradient of one example for each.")
public final class FisherSelector extends MeasuredSelector {

  @Inject
  FisherSelector(FisherOptions options) {
    super("fisher", options.kept().or(KeptLayers.SAME), options.measurement());
  }
}
