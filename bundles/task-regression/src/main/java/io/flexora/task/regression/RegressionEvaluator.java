package io.flexora.task.regression;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.score.MetricEvaluator;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Predicts the number of each example and measures the predictions. */
@Doc("Predict the number of each example, and measure correlations and errors, or what you name.")
final class RegressionEvaluator extends MetricEvaluator {

  /** The options of {@link RegressionEvaluator}. */
  public record Options(
      @Option(
              doc = "Evaluation batch size. It affects time and memory, not the results.",
              byDefault = "32",
              min = 1)
          int batchSize,
      @Option(
              doc = "The metrics to compute.",
              byDefault = "[pearson, spearman, mse, rmse, mae, r2]")
          List<Component<Metric>> metrics,
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

  @Inject
  RegressionEvaluator(Options options) {
    super(options.metrics(), options.deciding(), options.batchSize());
  }
}
