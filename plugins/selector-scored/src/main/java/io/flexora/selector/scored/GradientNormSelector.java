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
 * Scores a layer by the norm of the training loss's gradient in its adapters, averaged over
 * batches. Layers with more parameters tend to have longer gradients.
 *
 * <p>It takes a gradient for each step of the warm-up and for each batch.
 */
@Doc(
    "Keep the layers whose adapters have the longest gradients, before training or after a short"
        + " warm-up. It costs a gradient for each batch.")
public final class GradientNormSelector implements Selector {

  private static final String NAME = "gradient-norm";

  private final GradientNormOptions options;

  @Inject
  GradientNormSelector(GradientNormOptions options) {
    this.options = options;
  }

  @Override
  public void requireFit(SelectionBounds bounds) {
    new LayerCount(options.layers()).requireIn(NAME, bounds);
  }

  @Override
  public Selection select(SelectionContext context) {
    int count = new LayerCount(options.layers()).in(NAME, context);
    List<Double> scores = options.measurement().run(context);
    return new Selection(Ranking.highest(scores, count), Map.of("gradient_norm", scores));
  }
}
