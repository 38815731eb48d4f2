package io.flexora.task.embedding;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.task.Task;

/** Declares the task {@code embedding}, its evaluator and the metrics of vectors. */
public final class EmbeddingPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Task.class, "embedding", EmbeddingOptions.class, EmbeddingTask.class);
    extension(
        Evaluator.class, "embedding", EmbeddingEvaluator.Options.class, EmbeddingEvaluator.class);
    extension(Metric.class, "retrieval", RetrievalMetric.Options.class, RetrievalMetric.class);
    extension(Metric.class, "spearman_cosine", NoOptions.class, CosineCorrelation.Spearman.class);
    extension(Metric.class, "pearson_cosine", NoOptions.class, CosineCorrelation.Pearson.class);
  }
}
