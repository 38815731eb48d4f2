package io.flexora.statistics;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.special.Gamma;

/**
 * The power of the two-sided paired t-test, and the pairs that a power takes (Cohen, Statistical
 * Power Analysis for the Behavioral Sciences, 1988, section 2.3).
 *
 * @since 0.1
 */
public final class PairedPower {

  /** The most pairs that {@link #pairsNeeded} answers. */
  public static final int MOST_PAIRS = 1_000;

  private static final NormalDistribution NORMAL = new NormalDistribution();
  private static final GaussIntegrator NODES = new GaussIntegratorFactory().legendre(20, 0, 1);
  private static final int PANELS = 10;

  private PairedPower() {}

  /**
   * The power of the test: the probability of a |t| beyond the critical value if t is noncentral
   * with {@code pairs - 1} degrees of freedom and noncentrality {@code effect · √pairs}.
   *
   * <p>Noncentral t is (Z + δ) / S with S = √(χ²(m) / m) (Johnson, Kotz and Balakrishnan,
   * Continuous Univariate Distributions 2, 1995, chapter 31); its tails are integrated over the
   * density of S by Gauss and Legendre's rule.
   *
   * @param effect the true mean difference over its standard deviation
   * @param level the level of the test, such as 0.05
   * @throws IllegalArgumentException for fewer than two pairs, or an effect that is not finite
   */
  public static double power(int pairs, double effect, double level) {
    if (pairs < 2 || !Double.isFinite(effect)) {
      throw new IllegalArgumentException(pairs + " pairs and an effect of " + effect);
    }
    double m = pairs - 1.0;
    double shift = Math.abs(effect) * Math.sqrt(pairs);
    double critical =
        new TDistribution(m).inverseCumulativeProbability(1 - Finite.share("level", level) / 2);
    double beyond =
        expectation(
            m,
            (shift + 8) / critical,
            s ->
                NORMAL.cumulativeProbability(shift - critical * s)
                    + NORMAL.cumulativeProbability(-shift - critical * s));
    return Math.min(1, beyond);
  }

  /**
   * The mean of f(S): S is within 12 of its standard deviations of 1 but for less than 1e-16.
   *
   * @param turn beyond which f is 0, so that no panel misses it where it is near 0
   */
  private static double expectation(double m, double turn, UnivariateFunction f) {
    double reach = 12 / Math.sqrt(2 * m);
    double low = Math.max(0, 1 - reach);
    double high = 1 + reach;
    double between = Math.min(high, Math.max(low, turn));
    double scale = Math.log(2) + m / 2 * Math.log(m / 2) - Gamma.logGamma(m / 2);
    UnivariateFunction weighed = s -> density(m, scale, s) * f.value(s);
    return integral(weighed, low, between) + integral(weighed, between, high);
  }

  private static double integral(UnivariateFunction f, double low, double high) {
    double width = (high - low) / PANELS;
    double sum = 0;
    for (int panel = 0; panel < PANELS; panel++) {
      double from = low + panel * width;
      sum += NODES.integrate(x -> f.value(from + x * width));
    }
    return width * sum;
  }

  /** The density of S at s; the logarithm of its constant factor is {@code scale}. */
  private static double density(double m, double scale, double s) {
    return Math.exp(scale + (m - 1) * Math.log(s) - m * s * s / 2);
  }

  /**
   * The fewest pairs whose test finds a difference as often as wished, if the difference and the
   * standard deviation that were seen are the true ones. They are not: of few pairs this is a hint
   * at the order of magnitude.
   *
   * @param difference the mean difference
   * @param deviation the standard deviation of the differences
   * @param level the level of the test, such as 0.05
   * @param power the power that is wished for, such as 0.8; more than a half
   * @return empty if it takes more than {@value #MOST_PAIRS} pairs, if the difference or the
   *     deviation is 0, and if one is not finite
   * @throws IllegalArgumentException if the level or the power is out of range
   */
  public static OptionalInt pairsNeeded(
      double difference, double deviation, double level, double power) {
    if (Finite.share("power", power) <= 0.5) {
      throw new IllegalArgumentException("power is " + power + ", not more than a half");
    }
    if (!Finite.all(difference, deviation) || difference == 0 || deviation <= 0) {
      return OptionalInt.empty();
    }
    double effect = difference / deviation;
    if (!Double.isFinite(effect)) {
      return OptionalInt.empty();
    }
    return IntStream.rangeClosed(tooFew(effect, level, power), MOST_PAIRS)
        .filter(pairs -> power(pairs, effect, level) >= power)
        .findFirst();
  }

  /**
   * The same of pairs that are so many, such as examples, that t is normal: no limit is set to
   * them.
   *
   * @return empty if the difference or the deviation is 0, and if one is not finite
   */
  public static OptionalLong manyPairsNeeded(
      double difference, double deviation, double level, double power) {
    if (!Finite.all(difference, deviation) || difference == 0 || deviation <= 0) {
      return OptionalLong.empty();
    }
    double shift =
        NORMAL.inverseCumulativeProbability(1 - Finite.share("level", level) / 2)
            + NORMAL.inverseCumulativeProbability(Finite.share("power", power));
    double effect = difference / deviation;
    double pairs = Math.ceil(shift * shift / (effect * effect));
    return Double.isFinite(pairs) ? OptionalLong.of((long) pairs) : OptionalLong.empty();
  }

  /**
   * About as many pairs as the test would need if the deviation were known, which are fewer by two
   * or so; one in a hundred is left out for the tail that this does not count.
   */
  private static int tooFew(double effect, double level, double power) {
    double shift =
        NORMAL.inverseCumulativeProbability(1 - level / 2)
            + NORMAL.inverseCumulativeProbability(power);
    double pairs = 0.99 * shift * shift / (effect * effect);
    return (int) Math.max(2, Math.min(MOST_PAIRS + 1.0, pairs));
  }
}
