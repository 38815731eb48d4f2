package io.flexora.numerics.layer;

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
   * @param scores a number for each layer
   * @param count how many, at most as many as there are
   */
  public static List<Integer> highest(List<Double> scores, int count) {
    return IntStream.range(0, scores.size())
        .boxed()
        .sorted(Comparator.comparing(scores::get, Comparator.reverseOrder()))
        .limit(count)
        .sorted()
        .toList();
  }
}
