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
import io.flexora.numerics.score.Estimates;
import java.util.List;

/**
 * The F1 of the second of two classes, as {@code sklearn.metrics} and with it lm-evaluation-harness
 * define it: twice what was found over what was to be found and what was said to be; 0 if that is
 * none.
 */
@Doc("Measure the F1 of the second of two classes.")
final class F1Metric implements Metric {

  private static final MetricDescription F1 =
      MetricDescription.fraction("f1", Need.SCORES, Need.LABEL).withSymbol("F1").asAggregate();

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(F1);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkOneLabel(task, found);
    task.examples().stream()
        .findFirst()
        .map(example -> example.choices().size())
        .filter(classes -> classes != 2)
        .ifPresent(classes -> found.refuse("it needs two classes, but there are " + classes));
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    double[] found =
        scored.values(e -> 2 * positive(e.prediction().label()) * told(e.prediction()));
    double[] told = scored.values(e -> positive(e.prediction().label()) + told(e.prediction()));
    Metric.Result ratio = Estimates.ratio(F1, found, told);
    return List.of(
        Double.isNaN(ratio.value().value())
            ? Metric.Result.of(new MetricValue(F1, 0, Double.NaN), new double[scored.size()])
            : ratio);
  }

  private static double told(Prediction prediction) {
    return positive(prediction.predicted());
  }

  private static double positive(int choice) {
    return choice == 1 ? 1 : 0;
  }
}
