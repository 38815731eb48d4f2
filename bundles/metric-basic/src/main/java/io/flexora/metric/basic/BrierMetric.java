package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.Estimates;
import java.util.List;

/**
 * The Brier score (Brier 1950): the mean over the examples of the squared distance between the
 * probabilities of the choices and 1 for the right one, 0 for the others. It is from 0 to 2; equal
 * probabilities of K choices have 1 - 1/K.
 */
@Doc("Measure the Brier score: the squared error of the choices' probabilities, from 0 to 2.")
final class BrierMetric implements Metric {

  private static final MetricDescription BRIER =
      MetricDescription.error("brier", Need.SCORES, Need.LABEL)
          .withSymbol("Brier")
          .withRange(new MetricDescription.Range(0, 2));

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(BRIER);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(Estimates.mean(BRIER, scored.values(BrierMetric::distance)));
  }

  private static double distance(ScoredExample example) {
    double[] probabilities = example.probabilities();
    double sum = 0;
    for (int choice = 0; choice < probabilities.length; choice++) {
      double right = choice == example.prediction().label() ? 1 : 0;
      sum += (probabilities[choice] - right) * (probabilities[choice] - right);
    }
    return sum;
  }
}
