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
 * Scores a layer by the trace of the empirical Fisher information in its adapters: the squared norm
 * of the gradient of one example's loss, averaged over examples.
 *
 * <p>It takes a gradient for each step of the warm-up, and the gradient of a single example for
 * each example.
 */
@Doc(
    "Keep the layers with the largest empirical Fisher information in their adapters: the mean"
        + " squared gradient of single examples. It costs a gradient of one example for each.")
public final class FisherSelector implements Selector {

  private static final String NAME = "fisher";

  private final FisherOptions options;

  @Inject
  FisherSelector(FisherOptions options) {
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
    return new Selection(Ranking.highest(scores, count), Map.of("fisher", scores));
  }
}
