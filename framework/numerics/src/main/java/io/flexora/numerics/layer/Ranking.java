package io.flexora.numerics.layer;

import io.flexora.api.run.FlexoraException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Layers in the order of their scores.
 *
 * @since 0.1
 */
public final class Ranking {

  private Ranking() {}

  /**
   * The layers with the highest scores, ascending; of equal scores the lower layer's counts more.
   *
   * @param scores a finite number for each layer; {@link #requireFinite} refuses others with the
   *     selector's name
   * @param count how many, at most as many as there are
   * @throws IllegalArgumentException if a score is no finite number
   */
  public static List<Integer> highest(List<Double> scores, int count) {
    for (int layer = 0; layer < scores.size(); layer++) {
      if (!Double.isFinite(scores.get(layer))) {
        throw new IllegalArgumentException(
            "layer %d has the score %s, which is no number to rank it by"
                .formatted(layer, scores.get(layer)));
      }
    }
    return IntStream.range(0, scores.size())
        .boxed()
        // Added to -0.0, which is equal to 0.0 but sorted below it, 0.0 makes it that.
        .sorted(Comparator.<Integer>comparingDouble(layer -> scores.get(layer) + 0.0).reversed())
        .limit(count)
        .sorted()
        .toList();
  }

  /**
   * Refuses scores that are no finite numbers, by which layers cannot be ranked.
   *
   * @param selector the name of the selector, for the message
   * @param scores a number for each layer
   * @throws FlexoraException if one is none
   */
  public static void requireFinite(String selector, List<Double> scores) {
    for (int layer = 0; layer < scores.size(); layer++) {
      if (!Double.isFinite(scores.get(layer))) {
        throw new FlexoraException(
            "selector %s gives layer %d the score %s, which is no number to rank it by; where the model's numbers overflow, compute in another type, such as compute_dtype: float32"
                .formatted(selector, layer, scores.get(layer)));
      }
    }
  }
}
