package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.metric.basic.LossOptions.Per;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.List;

/** The mean negative log-likelihood of the right answers. */
@Doc("Measure the mean negative log-likelihood of the right choice, per example or per token.")
final class LossMetric implements Metric {

  private static final MetricDescription PER_EXAMPLE =
      MetricDescription.error("loss", Need.SCORES, Need.LABEL).withUnit("nats");

  private final LossOptions options;

  @Inject
  LossMetric(LossOptions options) {
    this.options = options;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(options.per() == Per.TOKEN ? TokenLoss.LOSS : PER_EXAMPLE);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    if (options.per() == Per.TOKEN) {
      TokenLoss.check(task, found);
    }
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(
        options.per() == Per.TOKEN
            ? TokenLoss.loss(scored)
            : Estimates.mean(PER_EXAMPLE, scored.values(ScoredExample::loss)));
  }
}
