package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Metric;
import java.util.Arrays;

/** Means with their standard errors. */
final class Mean {

  private Mean() {}

  /**
   * The mean of values and its standard error, the sample's standard deviation (of n - 1 degrees of
   * freedom) over the root of n: what lm-evaluation-harness calls {@code mean_stderr}.
   */
  static Metric of(double[] values) {
    double[] ones = new double[values.length];
    Arrays.fill(ones, 1);
    return weighted(values, ones);
  }

  /**
   * The ratio of two sums, such as loss to tokens, and its standard error by the delta method: with
   * r the ratio, the variance is n / (n - 1) times the sum of (x - r w)² over the square of the sum
   * of w (Cochran, Sampling Techniques, 6.4). With equal weights it is that of the mean.
   *
   * @return NaN as the standard error of a single value
   */
  static Metric weighted(double[] values, double[] weights) {
    int n = values.length;
    double value = sum(values) / sum(weights);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double residual = values[i] - value * weights[i];
      squares += residual * residual;
    }
    double error = n < 2 ? Double.NaN : Math.sqrt(squares * n / (n - 1)) / sum(weights);
    return new Metric(value, error);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
