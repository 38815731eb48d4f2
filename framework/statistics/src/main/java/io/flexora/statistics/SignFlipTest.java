package io.flexora.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.hipparchus.special.Erf;

/**
 * The permutation test of paired differences, two-sided: if the two sides of each pair could be
 * exchanged, each difference could as well have the other sign.
 *
 * @param pairs how many differences there are
 * @param pValue the share of the assignments of signs whose |sum| is as large as the one seen, or
 *     larger: above 0, as the one seen is one of them
 * @param exact whether all assignments were counted, not a sample
 * @since 0.1
 */
public record SignFlipTest(int pairs, double pValue, boolean exact) {

  /** The most differences other than 0 whose assignments are all counted: 2^20 of them. */
  static final int MOST_EXACT = 20;

  /** Of more differences other than 0 the sum of random signs is normal to four digits. */
  static final int MOST_DRAWN = 10_000;

  private static final int DRAWS = 9_999;

  /** With so many for each test, the least p-value times the number of tests is 1 / 400. */
  private static final long DRAWS_OF_EACH_TEST = 400;

  private static final double ROUNDING = 1e-12;

  /**
   * Tests differences (Fisher, The Design of Experiments, 1935, section 21). Up to 20 of them other
   * than 0 are tested exactly; of more, 9999 assignments are drawn, and the one seen is counted
   * with them: p = (1 + hits) / (1 + draws) (Phipson and Smyth, Permutation P-values should never
   * be zero, 2010). Of more than {@value #MOST_DRAWN} p is that of the normal distribution with
   * their variance, the limit of such sums.
   *
   * @param differences the differences of the pairs, such as one for each example; those that are 0
   *     change nothing
   * @param seed that of the draws
   * @return a p-value of 1 if all differences are 0; empty if there are none, or one is not finite
   */
  public static Optional<SignFlipTest> of(double[] differences, long seed) {
    return of(differences, seed, 1);
  }

  /**
   * The same of one test of many, whose p-value is to be corrected for all of them. With more than
   * 25 tests, the least p-value of 9999 draws may be too large for that. Where they have no hit,
   * drawing goes on to 400 assignments for each test, the one seen included; as it only goes on
   * from the least p-value that there was, the test stays valid.
   *
   * @param tests how many tests there are
   */
  public static Optional<SignFlipTest> of(double[] differences, long seed, int tests) {
    if (differences.length == 0 || !Finite.all(differences)) {
      return Optional.empty();
    }
    // In units of the largest, so that no sum is infinite.
    double largest = Arrays.stream(differences).map(Math::abs).max().orElseThrow();
    double[] others =
        Arrays.stream(differences).filter(d -> d != 0).map(d -> d / largest).toArray();
    // A sum that is as large but for the rounding of another order of additions is as large.
    double limit = Math.abs(Arrays.stream(others).sum()) - ROUNDING * Finite.size(others);
    boolean exact = others.length <= MOST_EXACT;
    long most = Math.max(DRAWS, DRAWS_OF_EACH_TEST * tests - 1);
    double p =
        exact
            ? exact(others, limit)
            : others.length > MOST_DRAWN
                ? normal(others)
                : drawn(others, limit, most, new SplittableRandom(seed));
    return Optional.of(new SignFlipTest(differences.length, p, exact));
  }

  private static double exact(double[] differences, double limit) {
    if (differences.length == 0) {
      return 1;
    }
    // The first sign stays: flipping all of them gives the same |sum|.
    double[] sums = new double[1 << (differences.length - 1)];
    sums[0] = differences[0];
    for (int i = 1, known = 1; i < differences.length; i++, known *= 2) {
      for (int s = 0; s < known; s++) {
        sums[known + s] = sums[s] - differences[i];
        sums[s] += differences[i];
      }
    }
    return Arrays.stream(sums).filter(sum -> Math.abs(sum) >= limit).count() / (double) sums.length;
  }

  private static double normal(double[] differences) {
    double squares = Arrays.stream(differences).map(d -> d * d).sum();
    return Erf.erfc(Math.abs(Arrays.stream(differences).sum()) / Math.sqrt(2 * squares));
  }

  private static double drawn(
      double[] differences, double limit, long most, SplittableRandom random) {
    long hits = hits(differences, limit, DRAWS, random);
    return hits > 0
        ? (1.0 + hits) / (1.0 + DRAWS)
        : (1.0 + hits(differences, limit, most - DRAWS, random)) / (1.0 + most);
  }

  private static long hits(
      double[] differences, double limit, long draws, SplittableRandom random) {
    long hits = 0;
    for (long draw = 0; draw < draws; draw++) {
      hits += Math.abs(flipped(differences, random)) >= limit ? 1 : 0;
    }
    return hits;
  }

  private static double flipped(double[] differences, SplittableRandom random) {
    double sum = 0;
    long signs = 0;
    for (int i = 0; i < differences.length; i++) {
      signs = i % Long.SIZE == 0 ? random.nextLong() : signs >>> 1;
      sum += (signs & 1) == 0 ? differences[i] : -differences[i];
    }
    return sum;
  }
}
