package io.flexora.evaluator.likelihood;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.MetricDescription;
import io.flexora.api.evaluate.MetricRange;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What can be said of questions that all have the same choices and one right answer, whose choices
 * are classes therefore: {@code f1} of the second of two classes, and {@code mcc}, as {@code
 * sklearn.metrics} and with it lm-evaluation-harness define them.
 */
final class ClassMetrics {
  /** How often each class, the first index, was predicted as each, the second. */
  private final long[][] counts;

  private final List<Prediction> predictions;

  private ClassMetrics(int classes, List<Prediction> predictions) {
    this.counts = new long[classes][classes];
    this.predictions = predictions;
    predictions.forEach(p -> counts[p.label()][p.predicted()]++);
  }

  /** The metrics by name; none if the choices are no classes. */
  static Map<String, MetricValue> of(List<Example> examples, List<Prediction> predictions) {
    int classes = Example.sharedChoices(examples).size();
    Map<String, MetricValue> metrics = new HashMap<>();
    if (classes > 1) {
      ClassMetrics all = new ClassMetrics(classes, predictions);
      metrics.put("mcc", all.mcc());
      if (classes == 2) {
        metrics.put("f1", all.f1());
      }
    }
    return metrics;
  }

  /** Twice what was found over what was to be found and what was said to be; 0 if that is none. */
  private MetricValue f1() {
    double[] found =
        predictions.stream().mapToDouble(p -> 2 * (p.label() * p.predicted())).toArray();
    double[] told = predictions.stream().mapToDouble(p -> p.label() + p.predicted()).toArray();
    MetricDescription f1 = MetricDescription.fraction("f1").asAggregate();
    MetricValue ratio = Mean.weighted(f1, found, told);
    return Double.isNaN(ratio.value()) ? new MetricValue(f1, 0, Double.NaN) : ratio;
  }

  /**
   * Matthews' correlation coefficient for any number of classes (Gorodkin 2004); 0 where labels or
   * predictions are all the same. Its standard error is that of the jackknife.
   */
  private MetricValue mcc() {
    double value = correlation();
    double sum = 0;
    double squares = 0;
    for (long[] row : counts) {
      for (int predicted = 0; predicted < row.length; predicted++) {
        long times = row[predicted];
        if (times > 0) {
          row[predicted]--;
          double without = correlation() - value;
          row[predicted]++;
          sum += times * without;
          squares += times * without * without;
        }
      }
    }
    double n = predictions.size();
    double error = n < 2 ? Double.NaN : Math.sqrt((n - 1) / n * (squares - sum * sum / n));
    return new MetricValue(
        MetricDescription.score("mcc").withRange(new MetricRange(-1, 1)).asAggregate(),
        value,
        error);
  }

  private double correlation() {
    double all = 0;
    double right = 0;
    double product = 0;
    double labels = 0;
    double predicted = 0;
    for (int c = 0; c < counts.length; c++) {
      long labelled = 0;
      long told = 0;
      for (int other = 0; other < counts.length; other++) {
        labelled += counts[c][other];
        told += counts[other][c];
      }
      all += labelled;
      right += counts[c][c];
      product += (double) labelled * told;
      labels += (double) labelled * labelled;
      predicted += (double) told * told;
    }
    double scale = Math.sqrt((all * all - labels) * (all * all - predicted));
    return scale == 0 ? 0 : (right * all - product) / scale;
  }
}
