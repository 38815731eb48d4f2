package io.flexora.task.regression;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.task.Task;

/** Declares the task {@code regression}, its evaluator and the metrics of numbers. */
public final class RegressionPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Task.class, "regression", RegressionOptions.class, RegressionTask.class);
    extension(
        Evaluator.class,
        "regression",
        RegressionEvaluator.Options.class,
        RegressionEvaluator.class);
    extension(Metric.class, "pearson", NoOptions.class, Correlation.Pearson.class);
    extension(Metric.class, "spearman", NoOptions.class, Correlation.Spearman.class);
    extension(Metric.class, "mse", NoOptions.class, NumberErrors.Squared.class);
    extension(Metric.class, "rmse", NoOptions.class, NumberErrors.RootSquared.class);
    extension(Metric.class, "mae", NoOptions.class, NumberErrors.Absolute.class);
    extension(Metric.class, "r2", NoOptions.class, NumberErrors.Explained.class);
  }
}
