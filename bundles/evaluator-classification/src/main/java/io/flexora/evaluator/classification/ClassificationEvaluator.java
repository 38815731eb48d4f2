package io.flexora.evaluator.classification;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Inline;
import io.flexora.numerics.score.MetricEvaluator;
import jakarta.inject.Inject;

/** Scores the classes of each example and measures the scores. */
@Doc("Score the classes of each example, and measure accuracy, macro F1, loss, or what you name.")
final class ClassificationEvaluator extends MetricEvaluator {

  /** The options of {@link ClassificationEvaluator}. */
  public record Options(
      @Inline(defaults = "metrics: [accuracy, macro_f1, loss]") MetricEvaluator.Options scoring) {}

  @Inject
  ClassificationEvaluator(Options options) {
    super(options.scoring());
  }
}
