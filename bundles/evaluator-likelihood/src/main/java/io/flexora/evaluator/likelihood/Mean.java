package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.MetricDescription;
import io.flexora.api.evaluate.MetricValue;
import java.util.Arrays;

/** Means with their standard errors. */
final class Mean {

  private Mean() {}

  /**
   * The mean of values and its standard error, the sample's standard deviation (of n - 1 degrees of
   * freedom) over the root of n: what lm-evaluation-harness calls {@code mean_stderr}.
   */
  static MetricValue of(MetricDescription metric, double[] values) {
    double[] ones = new double[values.length];
    Arrays.fill(ones, 1);
    return weighted(metric, values, ones);
  }

  /**
   * The ratio of two sums, such as loss to tokens, and its standard error by the delta method: with
   * r the ratio, the variance is n / (n - 1) times the sum of (x - r w)² over the square of the sum
   * of w (Cochran, Sampling Techniques, 6.4). With equal weights it is that of the mean.
   *
   * @return NaN as the standard error of a single value
   */
  static MetricValue weighted(MetricDescription metric, double[] values, double[] weights) {
    int n = values.length;
    double value = sum(values) / sum(weights);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double residual = values[i] - value * weights[i];
      squares += residual * residual;
    }
    double error = n < 2 ? Double.NaN : Math.sqrt(squares * n / (n - 1)) / sum(weights);
    return new MetricValue(metric, value, error);
  }

  /**
   * The values whose mean is the ratio of two sums and whose standard error is that of {@link
   * #weighted}: the ratio plus n times each value's influence on it.
   */
  static double[] linearised(double[] values, double[] weights) {
    double total = sum(weights);
    double ratio = sum(values) / total;
    double[] linearised = new double[values.length];
    Arrays.setAll(
        linearised, i -> ratio + (values[i] - ratio * weights[i]) * values.length / total);
    return linearised;
  }

  /** The smallest first, so that the order of the examples changes no digit. */
  private static double sum(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (double value : sorted) {
      sum += value;
    }
    return sum;
  }
}
