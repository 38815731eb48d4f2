package io.flexora.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.hipparchus.special.Erf;

/**
 * McNemar's test of two paired accuracies, two-sided: of the examples that only one of two is right
 * about, has each half? (McNemar, Psychometrika 1947.)
 *
 * @param onlyFirst how often only the first is right
 * @param onlySecond how often only the second is right
 * @param pValue the probability of such a split, or a more uneven one, if both were equally good
 * @since 0.1
 */
public record McNemarTest(long onlyFirst, long onlySecond, double pValue) {

  /** From so many discordant pairs on, the normal approximation is good. */
  private static final int MANY = 25;

  /**
   * Tests independent examples: exactly, by the binomial distribution, where fewer than 25 are
   * discordant; else by chi-squared with the correction for continuity (Edwards, Psychometrika
   * 1948): (|b - c| - 1)² / (b + c).
   *
   * @return a p-value of 1 if no example is discordant
   * @throws IllegalArgumentException if a count is negative
   */
  public static McNemarTest of(int onlyFirst, int onlySecond) {
    int discordant = onlyFirst + onlySecond;
    if (onlyFirst < 0 || onlySecond < 0) {
      throw new IllegalArgumentException("counts " + onlyFirst + " and " + onlySecond);
    }
    if (discordant < MANY) {
      BinomialDistribution fair = new BinomialDistribution(discordant, 0.5);
      double below = fair.cumulativeProbability(Math.min(onlyFirst, onlySecond));
      return new McNemarTest(onlyFirst, onlySecond, Math.min(1, 2 * below));
    }
    double excess = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
    return new McNemarTest(onlyFirst, onlySecond, chiSquared(excess * excess / discordant));
  }

  /**
   * Tests examples that were each tried several times, as with several seeds: the tries of one
   * example are not independent. With d the difference of an example's two counts, chi-squared is
   * (Σ d)² / Σ d² (Durkalski, Palesch, Lipsitz and Rust, Analysis of clustered matched-pair data,
   * Statistics in Medicine 2003, with clusters of one size). Up to 20 examples with d other than 0
   * are tested exactly, by the signs of d ({@link SignFlipTest}). One try of each is {@link
   * #of(int, int)}.
   *
   * @param onlyFirst for each example, in how many tries only the first is right
   * @param onlySecond for each example, in how many tries only the second is right
   * @param tries how often each example was tried
   * @return a p-value of 1 if d is 0 for all
   * @throws IllegalArgumentException if the arrays are not of the same length
   */
  public static McNemarTest of(int[] onlyFirst, int[] onlySecond, int tries) {
    if (onlyFirst.length != onlySecond.length) {
      throw new IllegalArgumentException(
          onlyFirst.length + " and " + onlySecond.length + " counts");
    }
    int first = Arrays.stream(onlyFirst).sum();
    int second = Arrays.stream(onlySecond).sum();
    if (tries == 1) {
      return of(first, second);
    }
    double[] differences =
        IntStream.range(0, onlyFirst.length)
            .mapToDouble(i -> onlyFirst[i] - onlySecond[i])
            .filter(d -> d != 0)
            .toArray();
    return new McNemarTest(first, second, clustered(differences));
  }

  private static double clustered(double[] differences) {
    if (differences.length <= SignFlipTest.MOST_EXACT) {
      return SignFlipTest.of(differences, 0).map(SignFlipTest::pValue).orElse(1.0);
    }
    double sum = Arrays.stream(differences).sum();
    return chiSquared(sum * sum / Arrays.stream(differences).map(d -> d * d).sum());
  }

  /** The upper tail of chi-squared with one degree of freedom, however small. */
  private static double chiSquared(double statistic) {
    return Erf.erfc(Math.sqrt(statistic / 2));
  }
}
