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
 * Scores a layer by the sensitivity of its adapters' weights, {@code sum of |theta gradient|}
 * (SNIP, Lee et al. 2019), averaged over batches. SNIP takes it before training; LoRA's weights are
 * then at a point where it is 0 in every layer, so the adapters of all layers are trained for a few
 * steps first.
 *
 * <p>It takes a gradient for each step of the warm-up and for each batch.
 */
@Doc(
    "Keep the layers whose adapter weights the loss is most sensitive to, by the sum of"
        + " |theta * gradient| after a short warm-up (SNIP). It costs a gradient for each step of the"
        + " warm-up and for each batch.")
public final class SnipSelector implements Selector {

  private static final String NAME = "snip";

  private final SnipOptions options;

  @Inject
  SnipSelector(SnipOptions options) {
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
    return new Selection(Ranking.highest(scores, count), Map.of("snip", scores));
  }
}
