package io.flexora.objective.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Monitor;
import io.flexora.numerics.score.MetricSet;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Measures the rewards that a trained model gives implicitly to answers. */
@Doc(
    "Measure the implicit rewards of chosen and rejected answers: accuracy of their order, margin"
        + " and means.")
final class PreferenceEvaluator implements Evaluator {

  private final PreferenceEvaluatorOptions options;
  private final Scorer scorer;
  private final MetricSet metrics;

  @Inject
  PreferenceEvaluator(PreferenceEvaluatorOptions options) {
    this.options = options;
    this.scorer = new Scorer(ScoringBatches.ofTokens(options.maxBatchTokens()));
    this.metrics = new MetricSet(options.metrics(), List.of(), options.deciding());
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
    RewardModel model = new RewardModel(context.model(), options.beta(), options.reference());
    return metrics.evaluate(new RewardContext(context, model), scorer);
  }

  /** The same context with rewards as the scores. */
  private record RewardContext(EvaluationContext context, AdaptedModel model)
      implements EvaluationContext {

    @Override
    public NDArray theta() {
      return context.theta();
    }

    @Override
    public List<Tokens> examples() {
      return context.examples();
    }

    @Override
    public List<ScoredExample> reference() {
      return context.reference();
    }

    @Override
    public Tokenizer tokenizer() {
      return context.tokenizer();
    }

    @Override
    public int maxTokens() {
      return context.maxTokens();
    }

    @Override
    public NDManager manager() {
      return context.manager();
    }

    @Override
    public Monitor monitor() {
      return context.monitor();
    }
  }
}
