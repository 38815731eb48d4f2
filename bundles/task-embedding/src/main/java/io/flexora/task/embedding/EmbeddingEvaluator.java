package io.flexora.task.embedding;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Inline;
import io.flexora.numerics.score.MetricEvaluator;
import jakarta.inject.Inject;

/** Embeds the texts of each example and measures the vectors. */
@Doc("Embed the texts of each example, and measure retrieval, or what you name.")
final class EmbeddingEvaluator extends MetricEvaluator {

  /** The options of {@link EmbeddingEvaluator}. */
  public record Options(
      @Inline(defaults = "metrics: [retrieval]") MetricEvaluator.Options scoring) {}

  @Inject
  EmbeddingEvaluator(Options options) {
    super(options.scoring());
  }
}
