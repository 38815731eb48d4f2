package io.flexora.evaluator.classification;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.MetricSet;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Scores the classes of each example and measures the scores. */
@Doc("Score the classes of each example, and measure accuracy, macro F1, loss, or what you name.")
final class ClassificationEvaluator implements Evaluator {

  private final MetricSet metrics;
  private final Scorer scorer;

  @Inject
  ClassificationEvaluator(ClassificationEvaluatorOptions options) {
    metrics = new MetricSet(options.metrics(), List.of(), options.deciding());
    scorer = new Scorer(ScoringBatches.ofExamples(options.batchSize()));
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    metrics.checkCompatibility(task, found);
  }

  @Override
  public Optional<BatchLimit> batchLimit() {
    return Optional.of(scorer.atOnce());
  }

  @Override
  public Optional<MetricDescription> deciding(EvaluatedTask task) {
    return Optional.of(metrics.decidingOn(task));
  }

  @Override
  public Evaluation evaluate(EvaluationContext context) {
    return metrics.evaluate(context, scorer);
  }
}
