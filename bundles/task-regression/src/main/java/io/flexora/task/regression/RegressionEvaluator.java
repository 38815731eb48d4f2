package io.flexora.task.regression;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Inline;
import io.flexora.numerics.score.MetricEvaluator;
import jakarta.inject.Inject;

/** Predicts the number of each example and measures the predictions. */
@Doc("Predict the number of each example, and measure correlations and errors, or what you name.")
final class RegressionEvaluator extends MetricEvaluator {

  /** The options of {@link RegressionEvaluator}. */
  public record Options(
      @Inline(defaults = "metrics: [pearson, spearman, mse, rmse, mae, r2]")
          MetricEvaluator.Options scoring) {}

  @Inject
  RegressionEvaluator(Options options) {
    super(options.scoring());
  }
}
