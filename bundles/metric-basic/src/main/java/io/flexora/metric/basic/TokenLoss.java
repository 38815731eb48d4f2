package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.Estimates;

/**
 * The loss for each token of the right answers: the sum of their negative log-likelihoods over the
 * number of their tokens. Answers are drawn, not tokens, so it is a ratio of two sums.
 */
final class TokenLoss {

  static final MetricDescription LOSS =
      MetricDescription.error("loss", Need.SCORES, Need.LABEL).withUnit("nats").asAggregate();

  private TokenLoss() {}

  static void check(EvaluatedTask task, Compatibility found) {
    if (!task.classes().isEmpty() && !task.examples().isEmpty()) {
      found.refuse(
          ("example %s has no answer in tokens, as a head classifies it; it is for language"
                  + " models: take evaluator 'classification'")
              .formatted(task.examples().get(0).id()));
    }
  }

  static Metric.Result loss(ScoredExamples scored) {
    return Estimates.ratio(
        LOSS,
        scored.values(example -> -example.score(example.example().label())),
        scored.values(example -> example.answerTokens().get(example.example().label())));
  }
}
