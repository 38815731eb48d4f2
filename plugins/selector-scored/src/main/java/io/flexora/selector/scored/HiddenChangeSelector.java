package io.flexora.selector.scored;

import io.flexora.api.model.LayerActivityMeter;
import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.numerics.layer.Ranking;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/**
 * Scores a layer of the frozen model by the mean angle between what enters and what leaves it, in
 * units of pi: the distance of Gromov et al. 2024 ("The Unreasonable Ineffectiveness of the Deeper
 * Layers", arXiv 2403.17887, equation 7) over one layer, here averaged over all tokens instead of
 * the last of each text.
 */
@Doc(
    "Keep the layers that turn the hidden states most, or least: by the mean angle between a layer's"
        + " input and output. It costs a forward pass for each batch, and trains nothing.")
public final class HiddenChangeSelector implements Selector {

  private static final String NAME = "hidden-change";

  private final HiddenChangeOptions options;

  @Inject
  HiddenChangeSelector(HiddenChangeOptions options) {
    this.options = options;
  }

  @Override
  public void requireFit(SelectionBounds bounds) {
    new LayerCount(options.layers()).requireIn(NAME, bounds);
    bounds.shape().require(LayerActivityMeter.class, "selector " + NAME);
  }

  @Override
  public Selection select(SelectionContext context) {
    requireFit(context);
    int count = new LayerCount(options.layers()).in(NAME, context);
    List<Double> angles = options.measurement().run(context);
    return new Selection(Ranking.highest(ranked(angles), count), Map.of("hidden_change", angles));
  }

  private List<Double> ranked(List<Double> angles) {
    return options.keep() == HiddenChangeOptions.Keep.LARGEST
        ? angles
        : angles.stream().map(angle -> -angle).toList();
  }
}
