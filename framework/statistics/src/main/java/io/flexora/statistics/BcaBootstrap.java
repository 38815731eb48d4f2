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

  /** From more values than these the quantiles of all resamples are known well enough. */
  static final int MOST_DRAWN = 10_000;

  /** How many times the values are drawn again. */
  static final int RESAMPLES = 9_999;

  private static final NormalDistribution NORMAL = new NormalDistribution();
  private static final double ROUNDING = 1e-12;

  private BcaBootstrap() {}

  /**
   * Estimates the interval from 9999 resamples; of more than {@value #MOST_DRAWN} values from the
   * quantiles of all resamples, by the expansion of Cornish and Fisher (Efron's ABC, 1992): what it
   * leaves out is of the order of 1 / n, less than what 9999 draws leave open.
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
        .map(
            sample ->
                values.length > MOST_DRAWN
                    ? expanded(values, sample.mean(), confidence)
                    : interval(values, means(values, new SplittableRandom(seed)), confidence));
  }

  /** Bias and acceleration of a mean are the same sixth of the skewness. */
  static Interval expanded(double[] values, double mean, double confidence) {
    double n = values.length;
    double[] moments = moments(values, mean);
    double sixth = moments[1] / (6 * Math.pow(moments[0], 1.5));
    double error = Math.sqrt(moments[0]) / n;
    double tail = NORMAL.inverseCumulativeProbability((1 - confidence) / 2);
    return new Interval(
        mean + error * quantile(tail, sixth), mean + error * quantile(-tail, sixth));
  }

  private static double quantile(double tail, double sixth) {
    double z = sixth + tail;
    double corrected = sixth + z / (1 - sixth * z);
    return corrected + sixth * (corrected * corrected - 1);
  }

  /** The sums of squares and of cubes about the mean. */
  private static double[] moments(double[] values, double mean) {
    double squares = 0;
    double cubes = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
      cubes += (value - mean) * (value - mean) * (value - mean);
    }
    return new double[] {squares, cubes};
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
    double[] moments = moments(values, mean);
    double acceleration = moments[1] / (6 * Math.pow(moments[0], 1.5));
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
