package io.flexora.evaluator.classification;

import io.flexora.api.evaluate.MetricDescription;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The metrics of a list of predictions. */
final class ClassificationMetrics {
  static final String ACCURACY = "accuracy";
  private static final String LOSS = "loss";

  private static final int RESAMPLES = 500;
  private final List<Prediction> predictions;
  private final int classes;

  ClassificationMetrics(List<Prediction> predictions) {
    this.predictions = predictions;
    this.classes = predictions.stream().mapToInt(p -> p.scores().size()).max().orElse(0);
  }

  /**
   * Computes every metric.
   *
   * @param random draws the bootstrap samples for the standard error of macro F1
   */
  Map<String, MetricValue> all(SplittableRandom random) {
    return Map.of(ACCURACY, accuracy(), "macro_f1", macroF1(random), LOSS, loss());
  }

  /** The predictions, each with its example's values of accuracy and loss. */
  List<Prediction> withValues() {
    return predictions.stream()
        .map(p -> p.withMetrics(Map.of(ACCURACY, right(p), LOSS, loss(p))))
        .toList();
  }

  private static double right(Prediction prediction) {
    return prediction.predicted() == prediction.label() ? 1 : 0;
  }

  private static double loss(Prediction prediction) {
    return -prediction.scores().get(prediction.label());
  }

  /** The share of right predictions, with its binomial standard error. */
  private MetricValue accuracy() {
    double n = predictions.size();
    double p = predictions.stream().mapToDouble(ClassificationMetrics::right).sum() / n;
    return new MetricValue(MetricDescription.fraction(ACCURACY), p, Math.sqrt(p * (1 - p) / n));
  }

  /** The mean negative log-likelihood; NaN as standard error of a single example. */
  private MetricValue loss() {
    double[] losses = predictions.stream().mapToDouble(ClassificationMetrics::loss).toArray();
    return new MetricValue(
        MetricDescription.error(LOSS).withUnit("nats"),
        mean(losses),
        deviation(losses) / Math.sqrt(losses.length));
  }

  /**
   * The mean of the F1 of each class that is the label or the prediction of some example. Its
   * standard error is the deviation over bootstrap samples of the examples.
   */
  private MetricValue macroF1(SplittableRandom random) {
    int n = predictions.size();
    double[] resampled =
        IntStream.range(0, RESAMPLES)
            .mapToDouble(i -> macroF1(random.ints(n, 0, n).toArray()))
            .toArray();
    return new MetricValue(
        MetricDescription.fraction("macro_f1").asAggregate(),
        macroF1(IntStream.range(0, n).toArray()),
        n < 2 ? Double.NaN : deviation(resampled));
  }

  private double macroF1(int[] sample) {
    int[] right = new int[classes];
    int[] occurrences = new int[classes];
    for (int i : sample) {
      Prediction prediction = predictions.get(i);
      occurrences[prediction.label()]++;
      occurrences[prediction.predicted()]++;
      if (prediction.label() == prediction.predicted()) {
        right[prediction.label()]++;
      }
    }
    return IntStream.range(0, classes)
        .filter(c -> occurrences[c] > 0)
        .mapToDouble(c -> 2.0 * right[c] / occurrences[c])
        .average()
        .orElseThrow();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
  }
}
