package io.flexora.task.tokenclassification;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Inline;
import io.flexora.numerics.score.MetricEvaluator;
import jakarta.inject.Inject;

/** Tags the words of each example and measures the tags. */
@Doc("Tag the words of each example, and measure the entities, or the metrics that you name.")
final class TokenClassificationEvaluator extends MetricEvaluator {

  /** The options of {@link TokenClassificationEvaluator}. */
  public record Options(
      @Inline(defaults = "metrics: [entities, {use: entities, mode: strict}, tag_accuracy]")
          MetricEvaluator.Options scoring) {}

  @Inject
  TokenClassificationEvaluator(Options options) {
    super(options.scoring());
  }
}
