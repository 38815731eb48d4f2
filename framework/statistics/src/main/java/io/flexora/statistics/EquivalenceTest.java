package io.flexora.statistics;

import java.util.Optional;
import java.util.stream.DoubleStream;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Two one-sided paired t-tests of a mean difference against a margin (TOST; Schuirmann, Journal of
 * Pharmacokinetics and Biopharmaceutics 1987). One alone tests non-inferiority; where both reject,
 * the mean lies within the margin.
 *
 * @param pairs how many differences were tested
 * @param margin the margin, above 0
 * @param pAboveLower the probability of a mean as large as this, or larger, if it were the margin
 *     below 0
 * @param pBelowUpper the probability of a mean as small as this, or smaller, if it were the margin
 *     above 0
 * @since 0.1
 */
public record EquivalenceTest(int pairs, double margin, double pAboveLower, double pBelowUpper) {

  /**
   * Tests differences, as {@code statsmodels.stats.weightstats.ttost_paired} does.
   *
   * <p>If every difference is the same there is no spread to compare it with, and the signs decide:
   * all n on the right side of a bound have a probability of 2^-n.
   *
   * @param differences the differences of the pairs, such as one for each seed
   * @return empty for fewer than two differences, and if one is not finite
   * @throws IllegalArgumentException if the margin is not above 0 and finite
   */
  public static Optional<EquivalenceTest> of(double[] differences, double margin) {
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("a margin of " + margin);
    }
    return Sample.of(differences)
        .filter(sample -> sample.size() > 1)
        .map(
            sample ->
                new EquivalenceTest(
                    sample.size(),
                    margin,
                    above(sample, margin + sample.mean()),
                    above(sample, margin - sample.mean())));
  }

  /**
   * Tests differences that have bounds, such as those of right and wrong answers, of which a few
   * may decide. A sample that has none of the rare ones shows too little spread, so one at either
   * bound is added (as Bonett and Price add to both discordant counts, Journal of Educational and
   * Behavioral Statistics 2012).
   *
   * @param differences the differences of the pairs, such as one for each example
   * @param bound the greatest absolute difference that there can be; infinite adds nothing
   * @return as {@link #of}, with the added pair not counted
   */
  public static Optional<EquivalenceTest> ofBounded(
      double[] differences, double margin, double bound) {
    double[] tested =
        Double.isFinite(bound)
            ? DoubleStream.concat(DoubleStream.of(differences), DoubleStream.of(-bound, bound))
                .toArray()
            : differences;
    return of(tested, margin)
        .filter(test -> differences.length > 1)
        .map(
            test ->
                new EquivalenceTest(
                    differences.length, margin, test.pAboveLower(), test.pBelowUpper()));
  }

  /** The p-value of a mean beyond the margin on either side: the larger of both. */
  public double pEquivalent() {
    return Math.max(pAboveLower, pBelowUpper);
  }

  /** The probability of a mean as far from the bound, on the side of 0, if it lay on the bound. */
  private static double above(Sample sample, double distance) {
    if (!sample.varies()) {
      return distance > 0 ? Math.pow(0.5, sample.size()) : 1;
    }
    double t = distance * Math.sqrt(sample.size()) / sample.standardDeviation().orElseThrow();
    return new TDistribution(sample.size() - 1.0).cumulativeProbability(-t);
  }
}
