package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores a layer of the frozen model by its block influence (ShortGPT, arXiv 2403.03853): 1 less
 * the mean cosine, over all tokens, of what enters and what leaves it. The order is nearly that of
 * {@code hidden-change}, which takes the mean of the angles.
 */
@Doc(
    "Keep the layers with the largest block influence (ShortGPT): 1 - the mean cosine of a token's"
        + " states before and after the layer. It costs a forward pass for each example, and trains"
        + " nothing.")
public final class BlockInfluenceSelector extends StatesSelector {

  /** The least product of lengths that a cosine is taken with. */
  private static final double SHORTEST = 1e-300;

  @Inject
  BlockInfluenceSelector(StatesOptions options, Seeds seeds) {
    super("block-influence", options, seeds);
  }

  /** The sum of the cosines, and the tokens. */
  @Override
  NDArray measured(NDArray before, NDArray after) {
    int[] hidden = {1};
    NDArray lengths = before.square().sum(hidden).mul(after.square().sum(hidden)).sqrt();
    double cosines = before.mul(after).sum(hidden).div(lengths.maximum(SHORTEST)).sum().getDouble();
    return NativeArrays.of(after.getManager(), new double[] {cosines, after.getShape().get(0)});
  }

  @Override
  List<Double> scores(double[][] sums) {
    return IntStream.range(1, sums.length)
        .mapToObj(place -> 1 - sums[place][0] / sums[place][1])
        .toList();
  }
}
