package io.flexora.numerics.score;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.api.run.Compatibility;
import java.util.List;
import java.util.Optional;

/**
 * An evaluator of a head's answers by metrics; those of the plugins differ in their usual metrics.
 *
 * @since 0.1
 */
public abstract class MetricEvaluator implements Evaluator {

  /**
   * The options of such an evaluator, which inlines them with its usual metrics as their default.
   */
  public record Options(
      @Option(
              doc = "Evaluation batch size. It affects time and memory, not the results.",
              byDefault = "32",
              min = 1)
          int batchSize,
      @Option(doc = "The metrics to compute.") List<Component<Metric>> metrics,
      @Option(
              doc =
                  "The primary metric, which decides between models. Default: the first of"
                      + " 'metrics'.")
          Optional<String> deciding) {

    /** Copies the list. */
    public Options {
      metrics = List.copyOf(metrics);
    }
  }

  private final MetricSet metrics;
  private final Scorer scorer;

  /** Makes an evaluator. */
  protected MetricEvaluator(Options options) {
    this.metrics = new MetricSet(options.metrics(), List.of(), options.deciding());
    this.scorer = new Scorer(ScoringBatches.ofExamples(options.batchSize()));
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
