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
 * Scores a layer by its share in the squared outputs of the adapters after a warm-up of all layers
 * (LoRA-drop, Zhou et al. 2024, arXiv 2402.07721). The warm-up and the measurement take training
 * batches in their usual order instead of a stratified sample. Where the paper lets the layers that
 * are not kept share one adapter, they have none here.
 */
@Doc(
    "Keep the layers whose adapters put out most after a warm-up, by their share in the squared"
        + " outputs (LoRA-drop, without the adapter that the other layers share there). It costs a"
        + " gradient for each step of the warm-up and a forward pass for each batch.")
public final class LoraDropSelector implements Selector {

  private static final String NAME = "lora-drop";

  /** What sums of shares may miss by rounding. */
  private static final double ROUNDING = 1e-12;

  private final LoraDropOptions options;

  @Inject
  LoraDropSelector(LoraDropOptions options) {
    this.options = options;
  }

  @Override
  public void requireFit(SelectionBounds bounds) {
    options.layers().ifPresent(written -> new LayerCount(written).requireIn(NAME, bounds));
    bounds.shape().require(LayerActivityMeter.class, "selector " + NAME);
  }

  @Override
  public Selection select(SelectionContext context) {
    requireFit(context);
    int most =
        options
            .layers()
            .map(written -> new LayerCount(written).in(NAME, context))
            .orElse(context.shape().layers());
    int modules = context.targets().size();
    List<Double> shares = options.measurement(modules).run(context);
    int count = options.layers().isPresent() ? most : reaching(shares, options.leastSum());
    return new Selection(Ranking.highest(shares, count), Map.of("lora_drop", shares));
  }

  /** How many of the largest shares reach a sum. */
  static int reaching(List<Double> shares, double least) {
    double sum = 0;
    int count = 0;
    while (count < shares.size() && sum < least - ROUNDING) {
      count++;
      sum = Ranking.highest(shares, count).stream().mapToDouble(shares::get).sum();
    }
    return count;
  }
}
