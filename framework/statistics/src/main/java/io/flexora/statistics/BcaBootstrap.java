package io.flexora.statistics;

import java.util.Optional;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;

/**
 * The bootstrap interval of a mean, corrected for bias and acceleration (BCa): Efron, Better
 * bootstrap confidence intervals, JASA 1987; Efron and Tibshirani, An Introduction to the
 * Bootstrap, 1993, section 14.3.
 *
 * @since 0.1
 */
public final class BcaBootstrap {

  /** How many times the values are drawn again. */
  static final int RESAMPLES = 9_999;

  private static final NormalDistribution NORMAL = new NormalDistribution();
  private static final double ROUNDING = 1e-12;

  private BcaBootstrap() {}

  /**
   * Estimates the interval from 9999 resamples.
   *
   * @param values the values, such as the paired difference of each example
   * @param confidence such as 0.95
   * @param seed that of the draws
   * @return empty for fewer than two values, if all are the same, and if one is not finite
   */
  public static Optional<Interval> ofMean(double[] values, double confidence, long seed) {
    Finite.share("confidence", confidence);
    return Sample.of(values)
        .filter(Sample::varies)
        .map(sample -> interval(values, means(values, new SplittableRandom(seed)), confidence));
  }

  private static double[] means(double[] values, SplittableRandom random) {
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[r] = sum / values.length;
    }
    return means;
  }

  /**
   * The interval from the means of the resamples.
   *
   * <p>The bias is the normal quantile of the share of resamples below the mean, those equal to it
   * counted half (as scipy does); the acceleration is that of the jackknife, which for a mean is
   * the sum of cubes over 6 times the sum of squares to the power 3/2, about the mean.
   */
  static Interval interval(double[] values, double[] resampled, double confidence) {
    double mean = Sample.of(values).orElseThrow().mean();
    double squares = 0;
    double cubes = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
      cubes += (value - mean) * (value - mean) * (value - mean);
    }
    double acceleration = cubes / (6 * Math.pow(squares, 1.5));
    double bias = bias(resampled, mean, ROUNDING * Finite.size(values) / values.length);
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(resampled);
    double tail = (1 - confidence) / 2;
    return new Interval(
        percentile.evaluate(percent(tail, bias, acceleration)),
        percentile.evaluate(percent(1 - tail, bias, acceleration)));
  }

  private static double bias(double[] resampled, double mean, double rounding) {
    double below = 0;
    for (double other : resampled) {
      below += Math.abs(other - mean) <= rounding ? 0.5 : other < mean ? 1 : 0;
    }
    // Off the ends by half a resample, where the quantile would be infinite.
    double half = 0.5 / resampled.length;
    double share = Math.min(1 - half, Math.max(half, below / resampled.length));
    return NORMAL.inverseCumulativeProbability(share);
  }

  private static double percent(double tail, double bias, double acceleration) {
    double z = bias + NORMAL.inverseCumulativeProbability(tail);
    double corrected = NORMAL.cumulativeProbability(bias + z / (1 - acceleration * z));
    return Math.min(100, Math.max(Double.MIN_NORMAL, 100 * corrected));
  }
}
