package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import java.util.Arrays;
import java.util.List;

/**
 * Matthews' correlation coefficient for any number of classes (Gorodkin 2004); 0 where labels or
 * predictions are all the same. Its standard error is that of the jackknife.
 */
@Doc("Measure Matthews' correlation coefficient of labels and predictions.")
final class MccMetric implements Metric {

  private static final MetricDescription MCC =
      MetricDescription.score("mcc", Need.SCORES, Need.LABEL)
          .withSymbol("MCC")
          .withRange(new MetricDescription.Range(-1, 1))
          .asAggregate();

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(MCC);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkOneLabel(task, found);
    task.examples().stream()
        .findFirst()
        .filter(example -> example.choices().size() < 2)
        .ifPresent(example -> found.refuse("it needs two classes at least, but there is one"));
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    Confusion confusion = new Confusion(scored);
    double value = confusion.correlation();
    double n = scored.size();
    double[] influence = new double[scored.size()];
    Arrays.setAll(
        influence,
        i -> value + n * confusion.influence(value, scored.examples().get(i).prediction()));
    return List.of(
        Metric.Result.of(new MetricValue(MCC, value, confusion.error(value, n)), influence));
  }

  /** The confusion matrix: the examples of each class by predicted class. */
  private static final class Confusion {

    /** By label, then by prediction. */
    private final long[][] counts;

    Confusion(ScoredExamples scored) {
      int classes = scored.examples().get(0).prediction().scores().size();
      counts = new long[classes][classes];
      scored.examples().forEach(e -> counts[e.prediction().label()][e.prediction().predicted()]++);
    }

    double correlation() {
      double all = 0;
      double right = 0;
      double product = 0;
      double labels = 0;
      double predictions = 0;
      for (int c = 0; c < counts.length; c++) {
        double labelled = labelled(c);
        double predicted = predicted(c);
        all += labelled;
        right += counts[c][c];
        product += labelled * predicted;
        labels += labelled * labelled;
        predictions += predicted * predicted;
      }
      double scale = Math.sqrt((all * all - labels) * (all * all - predictions));
      return scale == 0 ? 0 : (right * all - product) / scale;
    }

    private double labelled(int c) {
      return Arrays.stream(counts[c]).sum();
    }

    private double predicted(int c) {
      return Arrays.stream(counts).mapToLong(row -> row[c]).sum();
    }

    /** The derivative of the coefficient in the weight of an example. */
    double influence(double value, Prediction prediction) {
      double all = 0;
      double right = 0;
      double labels = 0;
      double predictions = 0;
      for (int c = 0; c < counts.length; c++) {
        all += labelled(c);
        right += counts[c][c];
        labels += labelled(c) * labelled(c);
        predictions += predicted(c) * predicted(c);
      }
      double ofLabels = all * all - labels;
      double ofPredictions = all * all - predictions;
      if (ofLabels * ofPredictions == 0) {
        return 0;
      }
      int label = prediction.label();
      int choice = prediction.predicted();
      double covariance = (label == choice ? all : 0) + right - predicted(label) - labelled(choice);
      return covariance / Math.sqrt(ofLabels * ofPredictions)
          - value
              * ((all - labelled(label)) / ofLabels + (all - predicted(choice)) / ofPredictions);
    }

    /** The standard error of the jackknife. */
    double error(double value, double n) {
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
      return n < 2 ? Double.NaN : Math.sqrt((n - 1) / n * (squares - sum * sum / n));
    }
  }
}
