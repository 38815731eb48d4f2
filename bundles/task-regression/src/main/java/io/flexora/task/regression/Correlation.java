package io.flexora.task.regression;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.Estimates;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Correlations of predicted numbers with the right ones; 0 where all of either are equal, as there
 * is nothing to tell apart.
 */
abstract class Correlation implements Metric {

  private final MetricDescription description;

  Correlation(String name, String symbol) {
    description =
        MetricDescription.score(name, NumberPairs.NEEDS)
            .withSymbol(symbol)
            .withRange(new MetricDescription.Range(-1, 1))
            .asAggregate();
  }

  @Override
  public final List<MetricDescription> descriptions() {
    return List.of(description);
  }

  @Override
  public final List<Metric.Result> compute(ScoredExamples scored) {
    NumberPairs numbers = NumberPairs.of(scored);
    double[] x = read(numbers.expected());
    double[] y = read(numbers.predicted());
    double ofX = covariance(x, x);
    double ofY = covariance(y, y);
    if (ofX <= 0 || ofY <= 0) {
      return List.of(Estimates.ofInfluence(description, 0));
    }
    double scale = Math.sqrt(ofX * ofY);
    double value = Math.max(-1, Math.min(1, covariance(x, y) / scale));
    double[] both = influence(numbers, x, y);
    double[] first = influence(new NumberPairs(numbers.expected(), numbers.expected()), x, x);
    double[] second = influence(new NumberPairs(numbers.predicted(), numbers.predicted()), y, y);
    return List.of(
        Estimates.ofInfluence(
            description,
            value,
            numbers.each(i -> both[i] / scale - value / 2 * (first[i] / ofX + second[i] / ofY))));
  }

  /** The correlated values: the numbers, or their ranks. */
  abstract double[] read(double[] numbers);

  /**
   * The influence of each example on the covariance of what is read of two numbers.
   *
   * @param x what is read of the first ones
   * @param y what is read of the second ones
   */
  abstract double[] influence(NumberPairs numbers, double[] x, double[] y);

  private static double covariance(double[] x, double[] y) {
    return NumberPairs.mean(products(x, y));
  }

  /** The products of the distances from the means. */
  private static double[] products(double[] x, double[] y) {
    double ofX = NumberPairs.mean(x);
    double ofY = NumberPairs.mean(y);
    return IntStream.range(0, x.length).mapToDouble(i -> (x[i] - ofX) * (y[i] - ofY)).toArray();
  }

  /** Pearson's correlation. */
  @Doc("Measure Pearson's correlation of predicted numbers with the right ones.")
  static final class Pearson extends Correlation {
    Pearson() {
      super("pearson", "r");
    }

    @Override
    double[] read(double[] numbers) {
      return numbers;
    }

    @Override
    double[] influence(NumberPairs numbers, double[] x, double[] y) {
      double covariance = covariance(x, y);
      return Arrays.stream(products(x, y)).map(product -> product - covariance).toArray();
    }
  }

  /** Spearman's correlation: Pearson's of the ranks, of equals their mean rank. */
  @Doc("Measure Spearman's rank correlation of predicted numbers with the right ones.")
  static final class Spearman extends Correlation {
    Spearman() {
      super("spearman", "ρ");
    }

    /** The share of the numbers below each, and half of its equals. */
    @Override
    double[] read(double[] numbers) {
      return below(numbers, IntStream.range(0, numbers.length).mapToDouble(i -> 1).toArray());
    }

    /** An example moves its own product, and the ranks of all that stand above it. */
    @Override
    double[] influence(NumberPairs numbers, double[] x, double[] y) {
      double[] aboveX = above(numbers.expected(), y);
      double[] aboveY = above(numbers.predicted(), x);
      double[] products = numbers.each(i -> x[i] * y[i]);
      double mean = NumberPairs.mean(products);
      return numbers.each(i -> products[i] + aboveX[i] + aboveY[i] - 3 * mean);
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
  }
}
