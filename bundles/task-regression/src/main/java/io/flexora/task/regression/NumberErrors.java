package io.flexora.task.regression;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.Correlations;
import io.flexora.numerics.score.Estimates;
import java.util.List;

/** Metrics of the errors of predicted numbers. */
abstract class NumberErrors implements Metric {

  private final MetricDescription description;

  NumberErrors(MetricDescription description) {
    this.description = description;
  }

  @Override
  public final List<MetricDescription> descriptions() {
    return List.of(description);
  }

  @Override
  public final List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(compute(NumberPairs.of(scored), description));
  }

  abstract Metric.Result compute(NumberPairs numbers, MetricDescription metric);

  private static double[] squares(NumberPairs numbers) {
    return numbers.each(i -> numbers.error(i) * numbers.error(i));
  }

  /** The mean squared error. */
  @Doc("Measure the mean squared error of predicted numbers.")
  static final class Squared extends NumberErrors {
    Squared() {
      super(MetricDescription.error("mse", NumberPairs.NEEDS).withSymbol("MSE"));
    }

    @Override
    Metric.Result compute(NumberPairs numbers, MetricDescription metric) {
      return Estimates.mean(metric, squares(numbers));
    }
  }

  /** The root of the mean squared error, in the unit of the numbers. */
  @Doc("Measure the root of the mean squared error of predicted numbers, in their unit.")
  static final class RootSquared extends NumberErrors {
    RootSquared() {
      super(MetricDescription.error("rmse", NumberPairs.NEEDS).withSymbol("RMSE").asAggregate());
    }

    @Override
    Metric.Result compute(NumberPairs numbers, MetricDescription metric) {
      double[] squares = squares(numbers);
      double mean = Correlations.mean(squares);
      double root = Math.sqrt(mean);
      return Estimates.ofInfluence(
          metric, root, numbers.each(i -> root == 0 ? 0 : (squares[i] - mean) / (2 * root)));
    }
  }

  /** The mean absolute error. */
  @Doc("Measure the mean absolute error of predicted numbers, in their unit.")
  static final class Absolute extends NumberErrors {
    Absolute() {
      super(MetricDescription.error("mae", NumberPairs.NEEDS).withSymbol("MAE"));
    }

    @Override
    Metric.Result compute(NumberPairs numbers, MetricDescription metric) {
      return Estimates.mean(metric, numbers.each(i -> Math.abs(numbers.error(i))));
    }
  }

  /**
   * The share of the variance that predictions explain: 1 minus the squared errors over those of
   * always the mean. Where all right numbers are equal it is 1 if all predictions are right, else
   * 0, as scikit-learn has it.
   */
  @Doc(
      "Measure the share of the numbers' variance that predictions explain (R²): 1 is perfect, 0 is"
          + " no better than always their mean.")
  static final class Explained extends NumberErrors {
    Explained() {
      super(
          MetricDescription.score("r2", NumberPairs.NEEDS)
              .withSymbol("R²")
              .withRange(new MetricDescription.Range(Double.NEGATIVE_INFINITY, 1))
              .asAggregate());
    }

    @Override
    Metric.Result compute(NumberPairs numbers, MetricDescription metric) {
      double[] squares = squares(numbers);
      double mean = Correlations.mean(numbers.expected());
      double[] spread = numbers.each(i -> Math.pow(numbers.expected()[i] - mean, 2));
      double error = Correlations.mean(squares);
      double variance = Correlations.mean(spread);
      if (variance == 0) {
        return Estimates.ofInfluence(metric, error == 0 ? 1 : 0);
      }
      double ratio = error / variance;
      return Estimates.ofInfluence(
          metric, 1 - ratio, numbers.each(i -> (ratio * spread[i] - squares[i]) / variance));
    }
  }
}
