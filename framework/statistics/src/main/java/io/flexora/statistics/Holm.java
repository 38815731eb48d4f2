package io.flexora.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Holm's step-down adjustment of p-values: the chance of even one false discovery in the family
 * stays below the level (Holm, A simple sequentially rejective multiple test procedure,
 * Scandinavian Journal of Statistics 1979).
 *
 * @since 0.1
 */
public final class Holm {

  private Holm() {}

  /**
   * Adjusts the p-values of a family: the k-th smallest of m becomes the largest of (m - i + 1) ·
   * p(i) for i up to k, at most 1.
   *
   * @param pValues the p-values; one that is not known is empty, and no member of the family
   * @return the adjusted p-values, in the same order; empty where it was
   * @throws IllegalArgumentException if one is not from 0 to 1
   */
  public static List<OptionalDouble> adjust(List<OptionalDouble> pValues) {
    int[] ascending =
        IntStream.range(0, pValues.size())
            .filter(i -> pValues.get(i).isPresent())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> pValues.get(i).getAsDouble()))
            .mapToInt(i -> i)
            .toArray();
    OptionalDouble[] adjusted = pValues.toArray(OptionalDouble[]::new);
    double largest = 0;
    for (int k = 0; k < ascending.length; k++) {
      double p = probability(pValues.get(ascending[k]).getAsDouble());
      largest = Math.max(largest, Math.min(1, (ascending.length - k) * p));
      adjusted[ascending[k]] = OptionalDouble.of(largest);
    }
    return List.of(adjusted);
  }

  private static double probability(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a p-value of " + p);
    }
    return p;
  }
}
