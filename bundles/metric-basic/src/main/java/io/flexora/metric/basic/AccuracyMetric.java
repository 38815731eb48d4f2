package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import java.util.Arrays;
import java.util.List;

/** The share of right predictions, with its binomial standard error. */
@Doc("Measure the share of right predictions, with its binomial standard error.")
final class AccuracyMetric implements Metric {

  private static final MetricDescription ACCURACY =
      MetricDescription.fraction("accuracy", Need.SCORES, Need.LABEL);

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(ACCURACY);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    double[] right = scored.values(example -> example.isRight() ? 1 : 0);
    double n = right.length;
    double share = Arrays.stream(right).sum() / n;
    double error = Math.sqrt(share * (1 - share) / n);
    return List.of(Metric.Result.of(new MetricValue(ACCURACY, share, error), right));
  }
}
