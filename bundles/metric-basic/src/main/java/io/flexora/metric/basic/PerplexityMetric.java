package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import java.util.List;

/** The exponential of the loss for each token of the right answers. */
@Doc("Measure the exponential of the loss for each token of the right answers.")
final class PerplexityMetric implements Metric {

  private static final MetricDescription PERPLEXITY =
      MetricDescription.error("perplexity", Need.SCORES, Need.LABEL)
          .withSymbol("PPL")
          .withRange(MetricDescription.Range.from(1))
          .asAggregate();

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(PERPLEXITY);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    TokenLoss.check(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    Metric.Result loss = TokenLoss.loss(scored);
    double mean = loss.value().value();
    double perplexity = Math.exp(mean);
    return List.of(
        new Metric.Result(
            new MetricValue(PERPLEXITY, perplexity, perplexity * loss.value().standardError()),
            loss.examples().stream().map(value -> perplexity * (1 + value - mean)).toList()));
  }
}
