package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.numerics.score.GenerationOptions;
import io.flexora.numerics.score.MetricSet;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;

/** Scores the likelihood of answers and measures the scores. */
abstract class LikelihoodEvaluator implements Evaluator {

  private final Scorer scorer;
  private final MetricSet metrics;

  LikelihoodEvaluator(ScoringBatches batches, MetricSet metrics, GenerationOptions generation) {
    this.scorer = new Scorer(batches, generation);
    this.metrics = metrics;
  }

  @Override
  public final void requireFit(EvaluatedTask task) {
    metrics.requireFit(task);
  }

  @Override
  public final Evaluation evaluate(EvaluationContext context) {
    return metrics.evaluate(context, scorer);
  }
}
