package io.flexora.selector.scored;

import io.flexora.api.plugin.Doc;
import io.flexora.numerics.layer.Ranking;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Scores a layer by its share in the squared outputs of the adapters after a warm-up of all layers
 * (LoRA-drop, Zhou et al. 2024, arXiv 2402.07721). The warm-up and the measurement take training
 * batches in their usual order instead of a stratified sample. Where the paper lets the layers that
 * are not kept share one adapter, they have none here.
 */
@Doc(
    "Keep the layers with the largest adapter outputs after a warm-up, by their"
        + " share in the squared outputs (LoRA-drop, without the adapter that the other"
        + " layers share there). It costs a gradient for each step of the warm-up and a"
        + " forward pass for each batch.")
public final class LoraDropSelector extends MeasuredSelector {

  /** What sums of shares may miss by rounding. */
  private static final double ROUNDING = 1e-12;

  private final double leastSum;

  @Inject
  LoraDropSelector(LoraDropOptions options) {
    super("lora-drop", options.layers(), options.measurement());
    this.leastSum = options.leastSum();
  }

  @Override
  protected int count(List<Double> shares) {
    return reaching(shares, leastSum);
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
