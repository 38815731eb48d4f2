package io.flexora.selector.scored;

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
public final class LeaveOneOutSelector implements Selector {

  private static final String NAME = "leave-one-out";

  private final LeaveOneOutOptions options;

  @Inject
  LeaveOneOutSelector(LeaveOneOutOptions options) {
    this.options = options;
  }

  @Override
  public void requireFit(SelectionBounds bounds) {
    new LayerCount(options.layers()).requireIn(NAME, bounds);
  }

  @Override
  public Selection select(SelectionContext context) {
    int count = new LayerCount(options.layers()).in(NAME, context);
    List<Double> rises = options.measurement().run(context);
    return new Selection(Ranking.highest(rises, count), Map.of("leave_one_out", rises));
  }
}
