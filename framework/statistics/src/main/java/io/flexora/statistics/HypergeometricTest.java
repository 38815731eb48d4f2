package io.flexora.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/**
 * Whether somebody who has to find something hits more often than chance does.
 *
 * @param hits how many hits there are
 * @param expected how many chance has on average
 * @param atLeast the probability that chance has as many hits, or more
 * @param twoSided the probability that chance has a number of hits that is as likely as this one,
 *     or less likely
 * @since 0.1
 */
public record HypergeometricTest(int hits, double expected, double atLeast, double twoSided) {

  /** Probabilities that are equal but for rounding are equal, as in scipy and R. */
  private static final double SAME = 1 + 1e-7;

  /**
   * Tests independent trials that each hit with the same probability: the binomial test (Clopper
   * and Pearson, Biometrika 1934).
   *
   * @param trials how many trials; with none, both probabilities are 1
   * @param chance the probability of a hit by chance
   * @throws IllegalArgumentException if there are more hits than trials, or the chance is no
   *     probability
   */
  public static HypergeometricTest ofTrials(int hits, int trials, double chance) {
    if (trials < 0 || !(chance >= 0 && chance <= 1)) {
      throw new IllegalArgumentException(trials + " trials with a chance of " + chance);
    }
    BinomialDistribution distribution = new BinomialDistribution(trials, chance);
    return of(hits, masses(trials, distribution::probability));
  }

  /**
   * A set that was chosen to find something.
   *
   * @param elements how many elements there are to choose from
   * @param wanted how many of them are to be found
   * @param chosen how many were chosen
   * @since 0.1
   */
  public record Draw(int elements, int wanted, int chosen) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if more are wanted or chosen than there are
     */
    public Draw {
      if (elements < 1 || Math.min(wanted, chosen) < 0 || Math.max(wanted, chosen) > elements) {
        throw new IllegalArgumentException(
            "a set of " + chosen + " to find " + wanted + " of " + elements + " elements");
      }
    }

    private double[] hits() {
      return masses(
          Math.min(wanted, chosen),
          new HypergeometricDistribution(elements, wanted, chosen)::probability);
    }
  }

  /**
   * Tests sets that were chosen apart from each other, such as the layers with each seed: the hits
   * of one set are hypergeometric (Fisher, The Design of Experiments, 1935, chapter 2), those of
   * all of them are the sum of independent ones, whose distribution is convolved exactly.
   *
   * @param hits how many elements of all the sets are among those to find
   * @param draws the sets; with none, both probabilities are 1
   * @throws IllegalArgumentException if there are more hits than possible
   */
  public static HypergeometricTest ofDraws(int hits, List<Draw> draws) {
    double[] masses = {1};
    for (Draw draw : draws) {
      masses = convolved(masses, draw.hits());
    }
    return of(hits, masses);
  }

  private static double[] masses(int most, IntToDoubleFunction probability) {
    double[] masses = new double[most + 1];
    Arrays.setAll(masses, probability);
    return masses;
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

  private static HypergeometricTest of(int hits, double[] masses) {
    if (hits < 0 || hits >= masses.length) {
      throw new IllegalArgumentException(hits + " hits of " + (masses.length - 1));
    }
    double expected = 0;
    double atLeast = 0;
    double twoSided = 0;
    for (int k = 0; k < masses.length; k++) {
      expected += k * masses[k];
      atLeast += k >= hits ? masses[k] : 0;
      twoSided += masses[k] <= masses[hits] * SAME ? masses[k] : 0;
    }
    return new HypergeometricTest(hits, expected, Math.min(1, atLeast), Math.min(1, twoSided));
  }
}
