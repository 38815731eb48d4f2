package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import io.flexora.selector.scored.measure.MeasuredSelector;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Scores a layer of the frozen model by the mean angle between what enters and what leaves it, in
 * units of pi: the distance of Gromov et al. 2024 ("The Unreasonable Ineffectiveness of the Deeper
 * Layers", arXiv 2403.17887, equation 7) over one layer, here averaged over all tokens instead of
 * the last of each text.
 */
@Doc(
    "Keep the layers that turn the hidden states most, or least: by the mean angle between a"
        + " layer's input and output. It costs a forward pass for each batch, and trains nothing.")
public final class HiddenChangeSelector extends MeasuredSelector {

  private final HiddenChangeOptions.Keep keep;

  @Inject
  HiddenChangeSelector(HiddenChangeOptions options) {
    super("hidden-change", options.layers(), options.measurement());
    this.keep = options.keep();
  }

  @Override
  protected List<Double> ranked(List<Double> angles) {
    return keep == HiddenChangeOptions.Keep.LARGEST
        ? angles
        : angles.stream().map(angle -> -angle).toList();
  }
}
