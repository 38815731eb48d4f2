package io.flexora.task.tokenclassification;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.task.Task;

/** Declares the task {@code token_classification}, its evaluator and the metrics of tags. */
public final class TokenClassificationPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(
        Task.class,
        "token_classification",
        TokenClassificationOptions.class,
        TokenClassificationTask.class);
    extension(
        Evaluator.class,
        "token_classification",
        TokenClassificationEvaluator.Options.class,
        TokenClassificationEvaluator.class);
    extension(Metric.class, "entities", EntityMetric.Options.class, EntityMetric.class);
    extension(Metric.class, "tag_accuracy", NoOptions.class, TagAccuracy.class);
  }
}
