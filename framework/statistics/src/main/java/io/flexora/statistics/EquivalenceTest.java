package io.flexora.statistics;

import java.util.Optional;
import java.util.stream.DoubleStream;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.distribution.discrete.BinomialDistribution;

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

  /** What rounding may leave of a sum, in units of what is summed up. */
  private static final double ROUNDING = 1e-9;

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
                    above(sample, margin, sample.mean()),
                    above(sample, margin, -sample.mean())));
  }

  /**
   * Tests differences that have bounds, such as those of right and wrong answers, of which a few
   * may decide. A sample that has none of the rare ones shows too little spread, so one at either
   * bound is added (as Bonett and Price add to both discordant counts, Journal of Educational and
   * Behavioral Statistics 2012). The tail of t is still too thin for rare ones, so no p-value is
   * below the exact one of differences that are either 0 or at the bound (binomial; Clopper and
   * Pearson, Biometrika 1934). Where all are 0, that is (1 - margin / bound)^n.
   *
   * @param differences the differences of the pairs, such as one for each example
   * @param bound the greatest absolute difference that there can be; infinite adds nothing
   * @return as {@link #of}, with the added pair not counted
   */
  public static Optional<EquivalenceTest> ofBounded(
      double[] differences, double margin, double bound) {
    if (!Double.isFinite(bound)) {
      return of(differences, margin);
    }
    double[] tested =
        DoubleStream.concat(DoubleStream.of(differences), DoubleStream.of(-bound, bound)).toArray();
    int pairs = differences.length;
    double rate = Math.min(1, margin / bound);
    double gained = DoubleStream.of(differences).sum() / bound;
    return of(tested, margin)
        .filter(test -> pairs > 1)
        .map(
            test ->
                new EquivalenceTest(
                    pairs,
                    margin,
                    Math.max(test.pAboveLower(), atMost(-gained, pairs, rate)),
                    Math.max(test.pBelowUpper(), atMost(gained, pairs, rate))));
  }

  /**
   * The probability of a sum as small as this, or smaller, if each of the pairs were 1 at a rate
   * and 0 otherwise; a part counts as a whole.
   */
  private static double atMost(double sum, int pairs, double rate) {
    int whole = (int) Math.ceil(Math.max(0, sum) - ROUNDING);
    return new BinomialDistribution(pairs, rate).cumulativeProbability(whole);
  }

  /** The p-value of a mean beyond the margin on either side: the larger of both. */
  public double pEquivalent() {
    return Math.max(pAboveLower, pBelowUpper);
  }

  /** The probability of a mean as far above the margin below 0, or farther, if it lay there. */
  private static double above(Sample sample, double margin, double mean) {
    double distance = margin + mean;
    if (!sample.varies()) {
      boolean above = distance > ROUNDING * (margin + Math.abs(mean));
      return above ? Math.pow(0.5, sample.size()) : 1;
    }
    double t = distance * Math.sqrt(sample.size()) / sample.standardDeviation().orElseThrow();
    return new TDistribution(sample.size() - 1.0).cumulativeProbability(-t);
  }
}
