package io.flexora.selector.scored.measure;

import io.flexora.numerics.layer.Ranking;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws layers one after the other without replacement, each in proportion to its weight among
 * those that are left. Layers of weight 0 come last, in any order.
 *
 * @param weights a number for each layer, not negative
 */
public record WeightedDraw(List<Double> weights) {

  private static final int POINTS = 4096;

  /**
   * Keys whose highest are the layers drawn first: negative exponential variables over the weights
   * (Efraimidis and Spirakis 2006).
   */
  public List<Double> keys(SplittableRandom random) {
    return weights.stream()
        .map(
            weight -> {
              double uniform = random.nextDouble();
              return weight > 0
                  ? Math.max(Math.log1p(-uniform) / weight, -Double.MAX_VALUE / 2)
                  : -Double.MAX_VALUE * (1 - uniform / 2);
            })
        .toList();
  }

  /** The layers of a draw, ascending. */
  public List<Integer> draw(SplittableRandom random, int count) {
    return Ranking.highest(keys(random), count);
  }

  /**
   * The probability of each layer to be among the first {@code count}. It is below {@code count}
   * times the weight's share where that is large, as a layer is drawn only once.
   */
  public List<Double> inclusion(int count) {
    List<Double> positive = weights.stream().filter(weight -> weight > 0).toList();
    int zero = weights.size() - positive.size();
    return weights.stream()
        .map(
            weight ->
                weight > 0
                    ? inclusion(positive, positive.indexOf(weight), count)
                    : Math.max(0.0, count - positive.size()) / zero)
        .toList();
  }

  /**
   * The integral, over the variable u = exp(-weight t) of the layer's own time t, of the
   * probability that fewer than {@code count} of the others come before t.
   */
  private static double inclusion(List<Double> positive, int layer, int count) {
    if (count >= positive.size()) {
      return 1;
    }
    double sum = 0;
    for (int point = 0; point < POINTS; point++) {
      double time = -Math.log((point + 0.5) / POINTS) / positive.get(layer);
      List<Double> before =
          IntStream.range(0, positive.size())
              .filter(other -> other != layer)
              .mapToObj(other -> -Math.expm1(-positive.get(other) * time))
              .toList();
      sum += fewerThan(count, before);
    }
    return sum / POINTS;
  }

  /** The probability that fewer than so many of independent events with these happen. */
  private static double fewerThan(int count, List<Double> probabilities) {
    double[] happened = new double[count];
    if (count > 0) {
      happened[0] = 1;
    }
    for (double p : probabilities) {
      for (int n = count - 1; n >= 0; n--) {
        happened[n] = happened[n] * (1 - p) + (n > 0 ? happened[n - 1] * p : 0);
      }
    }
    double sum = 0;
    for (double p : happened) {
      sum += p;
    }
    return sum;
  }
}
