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
 * The mean negative log-probability of the right choice among the choices of its example. Where a
 * head classifies that is the loss; the log-likelihoods of texts are normalised over the choices
 * first, so that equal ones of K choices have log K.
 */
@Doc(
    "Measure the mean negative log-probability of the right choice among its example's choices, in"
        + " nats.")
final class NllMetric implements Metric {

  private static final MetricDescription NLL =
      MetricDescription.error("nll", Need.SCORES, Need.LABEL).withSymbol("NLL").withUnit("nats");

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(NLL);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(Estimates.mean(NLL, scored.values(NllMetric::nll)));
  }

  private static double nll(ScoredExample example) {
    double highest = example.score(example.prediction().predicted());
    double weights =
        example.prediction().scores().stream().mapToDouble(s -> Math.exp(s - highest)).sum();
    return highest + Math.log(weights) + example.loss();
  }
}
