package io.flexora.statistics;

import java.util.OptionalDouble;
import org.hipparchus.special.Gamma;

/**
 * The size of paired differences in units of their spread.
 *
 * @since 0.1
 */
public final class EffectSize {

  private EffectSize() {}

  /**
   * Cohen's d of paired differences, mean / sd (Cohen, Statistical Power Analysis for the
   * Behavioral Sciences, 1988, section 2.3.5; d_z in Lakens, Frontiers in Psychology 2013).
   *
   * @return 0 if all differences are 0; empty for fewer than two, for the same difference other
   *     than 0 in all pairs, and if one is not finite
   */
  public static OptionalDouble cohenDz(double... differences) {
    Sample sample = Sample.of(differences).orElse(null);
    if (sample == null || sample.size() < 2) {
      return OptionalDouble.empty();
    }
    if (!sample.varies()) {
      return sample.mean() == 0 ? OptionalDouble.of(0) : OptionalDouble.empty();
    }
    return OptionalDouble.of(sample.mean() / sample.standardDeviation().getAsDouble());
  }

  /**
   * Cohen's d_z without its bias, which is large for few pairs (d_z of three pairs is 1.77 times
   * too large on average): times J(m) = Γ(m / 2) / (√(m / 2) · Γ((m - 1) / 2)) with m = n - 1
   * degrees of freedom (Hedges, Distribution theory for Glass's estimator of effect size, Journal
   * of Educational Statistics 1981, equation 6e).
   *
   * @return empty where d_z is, and for two pairs, whose d_z has no mean
   */
  public static OptionalDouble hedgesGz(double... differences) {
    OptionalDouble d = cohenDz(differences);
    if (d.isEmpty() || differences.length < 3) {
      return OptionalDouble.empty();
    }
    double m = differences.length - 1.0;
    double logarithm = Gamma.logGamma(m / 2) - Gamma.logGamma((m - 1) / 2) - Math.log(m / 2) / 2;
    return OptionalDouble.of(d.getAsDouble() * Math.exp(logarithm));
  }
}
