package io.flexora.statistics;

import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/**
 * The hypergeometric test of hits against chance.
 *
 * @param expected how many hits chance has on average
 * @param atLeast the probability that chance has as many hits, or more
 * @since 0.1
 */
public record HypergeometricTest(double expected, double atLeast) {

  /**
   * A set that was chosen to find something.
   *
   * @param elements how many elements there are to choose from
   * @param wanted how many of them are to be found
   * @param chosen how many were chosen
   * @since 0.1
   */
  public record DrawnSet(int elements, int wanted, int chosen) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if more are wanted or chosen than there are
     */
    public DrawnSet {
      if (elements < 1 || Math.min(wanted, chosen) < 0 || Math.max(wanted, chosen) > elements) {
        throw new IllegalArgumentException(
            "a set of " + chosen + " to find " + wanted + " of " + elements + " elements");
      }
    }

    private double[] hits() {
      HypergeometricDistribution chance = new HypergeometricDistribution(elements, wanted, chosen);
      return IntStream.rangeClosed(0, Math.min(wanted, chosen))
          .mapToDouble(chance::probability)
          .toArray();
    }
  }

  /**
   * Tests sets that were chosen apart from each other, such as the layers with each seed: the hits
   * of one set are hypergeometric (Fisher, The Design of Experiments, 1935, chapter 2), those of
   * all of them are the sum of independent ones, whose distribution is convolved exactly.
   *
   * @param hits how many elements of all the sets are among those to find
   * @param draws the sets; with none, the probability is 1
   * @throws IllegalArgumentException if there are more hits than possible
   */
  public static HypergeometricTest ofDraws(int hits, List<DrawnSet> draws) {
    double[] masses = {1};
    for (DrawnSet draw : draws) {
      masses = convolved(masses, draw.hits());
    }
    if (hits < 0 || hits >= masses.length) {
      throw new IllegalArgumentException(hits + " hits of " + (masses.length - 1));
    }
    double expected = 0;
    double atLeast = 0;
    for (int k = 0; k < masses.length; k++) {
      expected += k * masses[k];
      atLeast += k >= hits ? masses[k] : 0;
    }
    return new HypergeometricTest(expected, Math.min(1, atLeast));
  }

  private static double[] convolved(double[] first, double[] second) {
    double[] sum = new double[first.length + second.length - 1];
    for (int i = 0; i < first.length; i++) {
      for (int j = 0; j < second.length; j++) {
        sum[i + j] += first[i] * second[j];
      }
    }
    return sum;
  }
}
