package {{package}};

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.MetricSet;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;
import jakarta.inject.Inject;
import java.util.List;

/** Scores the choices of each example in batches of so many tokens, and measures the scores. */
@Doc("Score the choices of each example in batches of so many tokens, and measure what you name.")
final class {{type}}Evaluator implements Evaluator {

  private final MetricSet metrics;
  private final Scorer scorer;

  @Inject
  {{type}}Evaluator({{type}}Options options) {
    metrics = new MetricSet(options.metrics(), List.of(), options.deciding());
    scorer = new Scorer(ScoringBatches.ofTokens(options.batchTokens()));
  }

  /** Asked before anything is trained: a metric that does not fit the task is refused then. */
  @Override
  public void requireFit(EvaluatedTask task) {
    metrics.requireFit(task);
  }

  @Override
  public Evaluation evaluate(EvaluationContext context) {
    return metrics.evaluate(context, scorer);
  }
}
