package io.flexora.metric.answer;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the metrics {@code exact_match} and {@code mean_absolute_error}. */
public final class TargetMetricsPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Metric.class, "exact_match", ExactMatchOptions.class, ExactMatchMetric.class);
    extension(
        Metric.class, "mean_absolute_error", AbsoluteErrorOptions.class, AbsoluteErrorMetric.class);
  }
}
