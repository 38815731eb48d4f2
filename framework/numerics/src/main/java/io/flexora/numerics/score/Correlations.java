package io.flexora.numerics.score;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.metric.MetricDescription;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Correlations of two numbers of each example, with the influence of each; 0 where all of either
 * are equal, as there is nothing to tell apart.
 *
 * @since 0.1
 */
public final class Correlations {

  private Correlations() {}

  /** The influence of each example on the covariance of what is read of two numbers. */
  private interface Influence {
    double[] of(double[] first, double[] second, double[] x, double[] y);
  }

  /**
   * Pearson's correlation.
   *
   * @param first a number of each example
   * @param second another number of each
   */
  public static Metric.Result pearson(MetricDescription metric, double[] first, double[] second) {
    return of(
        metric,
        first,
        second,
        first,
        second,
        (a, b, x, y) -> {
          double covariance = covariance(x, y);
          return Arrays.stream(products(x, y)).map(product -> product - covariance).toArray();
        });
  }

  /**
   * Spearman's correlation: Pearson's of the ranks, of equals their mean rank. An example moves its
   * own product, and the ranks of all that stand above it.
   *
   * @param first a number of each example
   * @param second another number of each
   */
  public static Metric.Result spearman(MetricDescription metric, double[] first, double[] second) {
    return of(
        metric,
        first,
        second,
        shareBelow(first),
        shareBelow(second),
        (a, b, x, y) -> {
          double[] aboveX = above(a, y);
          double[] aboveY = above(b, x);
          double[] products = each(x, i -> x[i] * y[i]);
          double mean = mean(products);
          return each(x, i -> products[i] + aboveX[i] + aboveY[i] - 3 * mean);
        });
  }

  private static Metric.Result of(
      MetricDescription metric,
      double[] first,
      double[] second,
      double[] x,
      double[] y,
      Influence influence) {
    double ofX = covariance(x, x);
    double ofY = covariance(y, y);
    if (ofX <= 0 || ofY <= 0) {
      return Estimates.ofInfluence(metric, 0);
    }
    double scale = Math.sqrt(ofX * ofY);
    double value = Math.max(-1, Math.min(1, covariance(x, y) / scale));
    double[] both = influence.of(first, second, x, y);
    double[] ofFirst = influence.of(first, first, x, x);
    double[] ofSecond = influence.of(second, second, y, y);
    return Estimates.ofInfluence(
        metric,
        value,
        each(x, i -> both[i] / scale - value / 2 * (ofFirst[i] / ofX + ofSecond[i] / ofY)));
  }

  private static double covariance(double[] x, double[] y) {
    return mean(products(x, y));
  }

  /** The products of the distances from the means. */
  private static double[] products(double[] x, double[] y) {
    double ofX = mean(x);
    double ofY = mean(y);
    return each(x, i -> (x[i] - ofX) * (y[i] - ofY));
  }

  /** The share of the numbers below each, and half of its equals. */
  private static double[] shareBelow(double[] numbers) {
    return below(numbers, each(numbers, i -> 1));
  }

  /** For each number the mean weight of those below it, of its equals half. */
  private static double[] below(double[] numbers, double[] weights) {
    int n = numbers.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> numbers[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] found = new double[n];
    double sum = 0;
    for (int from = 0; from < n; ) {
      int to = from;
      double equal = 0;
      while (to < n && numbers[order[to]] == numbers[order[from]]) {
        equal += weights[order[to++]];
      }
      for (int k = from; k < to; k++) {
        found[order[k]] = (sum + equal / 2) / n;
      }
      sum += equal;
      from = to;
    }
    return found;
  }

  /** The same of those above it. */
  private static double[] above(double[] numbers, double[] weights) {
    return below(Arrays.stream(numbers).map(v -> -v).toArray(), weights);
  }

  private static double[] each(double[] of, IntToDoubleFunction value) {
    double[] all = new double[of.length];
    Arrays.setAll(all, value);
    return all;
  }

  /** The mean; the smallest first, so that the order of the examples changes no digit. */
  public static double mean(double[] values) {
    return Arrays.stream(values).sorted().sum() / values.length;
  }
}
