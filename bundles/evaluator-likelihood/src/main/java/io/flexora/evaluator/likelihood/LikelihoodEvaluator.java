package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.MetricSet;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;
import java.util.List;
import java.util.Optional;

/** Scores the likelihood of answers and measures the scores. */
abstract class LikelihoodEvaluator implements Evaluator {

  private final Scorer scorer;
  private final MetricSet metrics;

  LikelihoodEvaluator(LikelihoodOptions options, List<Component<Metric>> optionalMetrics) {
    scorer = new Scorer(ScoringBatches.ofTokens(options.maxBatchTokens()), options.generation());
    metrics = new MetricSet(options.metrics(), optionalMetrics, options.deciding());
  }

  @Override
  public final void checkCompatibility(EvaluatedTask task, Compatibility found) {
    metrics.checkCompatibility(task, found);
  }

  @Override
  public final Optional<BatchLimit> batchLimit() {
    return Optional.of(scorer.atOnce());
  }

  @Override
  public final boolean generates(EvaluatedTask task) {
    return metrics.generates(task);
  }

  @Override
  public final Optional<MetricDescription> deciding(EvaluatedTask task) {
    return Optional.of(metrics.decidingOn(task));
  }

  @Override
  public final Evaluation evaluate(EvaluationContext context) {
    return metrics.evaluate(context, scorer);
  }
}
