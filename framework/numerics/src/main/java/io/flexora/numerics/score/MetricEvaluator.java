package io.flexora.numerics.score;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Compatibility;
import java.util.List;
import java.util.Optional;

/**
 * An evaluator of a head's answers by metrics; those of the plugins differ in their usual metrics.
 *
 * @since 0.1
 */
public abstract class MetricEvaluator implements Evaluator {

  private final MetricSet metrics;
  private final Scorer scorer;

  /**
   * Makes an evaluator.
   *
   * @param metrics at least one
   * @param deciding the name of the figure that decides between models; the first by default
   * @param batchSize how many examples are scored at once
   */
  protected MetricEvaluator(
      List<Component<Metric>> metrics, Optional<String> deciding, int batchSize) {
    this.metrics = new MetricSet(metrics, List.of(), deciding);
    this.scorer = new Scorer(ScoringBatches.ofExamples(batchSize));
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
  public final Optional<MetricDescription> deciding(EvaluatedTask task) {
    return Optional.of(metrics.decidingOn(task));
  }

  @Override
  public final Evaluation evaluate(EvaluationContext context) {
    return metrics.evaluate(context, scorer);
  }
}
