package io.flexora.numerics.score;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Estimates that metrics have in common, with their standard errors over samples of the examples.
 *
 * @since 0.1
 */
public final class Estimates {

  /** The standard normal distribution's quantile of 97.5 %, for intervals of 95 %. */
  public static final double NORMAL_95 = 1.959963984540054;

  private Estimates() {}

  /**
   * The mean of values and its standard error, the sample's standard deviation (of n - 1 degrees of
   * freedom) over the root of n: what lm-evaluation-harness calls {@code mean_stderr}. A share of
   * the examples has Wilson's interval, too.
   *
   * @param values one for each example
   */
  public static Metric.Result mean(MetricDescription metric, double[] values) {
    double[] ones = new double[values.length];
    Arrays.fill(ones, 1);
    return Metric.Result.of(withInterval(ratioOf(metric, values, ones), values), values);
  }

  /** Of a share in which each example counts or does not: near 0 and 1 its error says little. */
  private static MetricValue withInterval(MetricValue mean, double[] values) {
    boolean share =
        mean.description().range().equals(MetricDescription.Range.FRACTION)
            && values.length > 0
            && Arrays.stream(values).allMatch(value -> value == 0 || value == 1);
    return share
        ? new MetricValue(
            mean.description(),
            mean.value(),
            mean.standardError(),
            Optional.of(wilson(Arrays.stream(values).filter(v -> v == 1).count(), values.length)),
            mean.diagram())
        : mean;
  }

  /**
   * The ratio of two sums, such as loss to tokens, and its standard error by the delta method: with
   * r the ratio, the variance is n / (n - 1) times the sum of (x - r w)² over the square of the sum
   * of w (Cochran, Sampling Techniques, 6.4). With equal weights it is that of the mean. The number
   * of an example is the ratio plus n times its influence on it.
   *
   * @return NaN as the standard error of a single value
   */
  public static Metric.Result ratio(MetricDescription metric, double[] values, double[] weights) {
    double total = sum(weights);
    double ratio = sum(values) / total;
    double[] linearised = new double[values.length];
    Arrays.setAll(
        linearised, i -> ratio + (values[i] - ratio * weights[i]) * values.length / total);
    return Metric.Result.of(ratioOf(metric, values, weights), linearised);
  }

  private static MetricValue ratioOf(MetricDescription metric, double[] values, double[] weights) {
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
   * A statistic with its influence function, from which its standard error and the numbers of the
   * examples follow (the infinitesimal jackknife).
   *
   * @param influence the derivative in the weight of each example, whose mean is 0; nothing where
   *     there is none
   * @return NaN as the standard error of fewer than two examples
   */
  public static Metric.Result ofInfluence(
      MetricDescription metric, double value, double... influence) {
    int n = influence.length;
    double squares = Arrays.stream(influence).map(i -> i * i).sorted().sum();
    double error = n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n);
    return Metric.Result.of(
        new MetricValue(metric, value, error),
        Arrays.stream(influence).map(i -> value + i).toArray());
  }

  /**
   * The standard error of a statistic: its standard deviation over bootstrap samples.
   *
   * @param examples how many examples there are
   * @param resamples how many samples are drawn
   * @param statistic computes it from the indices of a sample's examples
   * @return NaN for a single example
   */
  public static double bootstrapError(
      int examples, int resamples, SplittableRandom random, ToDoubleFunction<int[]> statistic) {
    return bootstrapErrors(
        examples, resamples, random, sample -> new double[] {statistic.applyAsDouble(sample)})[0];
  }

  /**
   * The standard errors of several statistics, over the same bootstrap samples.
   *
   * @param examples how many examples there are
   * @param resamples how many samples are drawn
   * @param statistics computes them from the indices of a sample's examples
   * @return one for each statistic; NaN for a single example
   */
  public static double[] bootstrapErrors(
      int examples, int resamples, SplittableRandom random, Function<int[], double[]> statistics) {
    double[][] drawn =
        IntStream.range(0, resamples)
            .mapToObj(i -> statistics.apply(random.ints(examples, 0, examples).toArray()))
            .toArray(double[][]::new);
    return IntStream.range(0, drawn[0].length)
        .mapToDouble(
            of ->
                examples < 2
                    ? Double.NaN
                    : deviation(Arrays.stream(drawn).mapToDouble(draw -> draw[of]).toArray()))
        .toArray();
  }

  /**
   * The 95 % confidence interval of a share by Wilson's score (1927), which stays within 0 and 1
   * and has a width also where all or none are counted.
   *
   * @param counted how many are
   * @param all how many there are; at least one
   * @throws IllegalArgumentException if there are none, or more are counted than there are
   */
  public static MetricValue.ConfidenceInterval wilson(long counted, long all) {
    if (all < 1 || counted < 0 || counted > all) {
      throw new IllegalArgumentException(counted + " counted of " + all);
    }
    double share = (double) counted / all;
    double squared = NORMAL_95 * NORMAL_95;
    double centre = (share + squared / (2 * all)) / (1 + squared / all);
    double half =
        NORMAL_95
            * Math.sqrt(share * (1 - share) / all + squared / (4.0 * all * all))
            / (1 + squared / all);
    // At the ends the bound is exact, and only rounding could leave it.
    return new MetricValue.ConfidenceInterval(
        counted == 0 ? 0 : centre - half, counted == all ? 1 : centre + half);
  }

  /** The sum, the smallest first, so that the order of the examples changes no digit. */
  private static double sum(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (double value : sorted) {
      sum += value;
    }
    return sum;
  }

  private static double deviation(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value;
    }
    mean /= values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}
