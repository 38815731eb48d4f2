package io.flexora.task.multilabel;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Inline;
import io.flexora.numerics.score.MetricEvaluator;
import jakarta.inject.Inject;

/** Predicts the labels of each example and measures the predictions. */
@Doc(
    "Predict the labels of each example, and measure F1, exact sets and rankings, or what you name.")
final class MultiLabelEvaluator extends MetricEvaluator {

  /** The options of {@link MultiLabelEvaluator}. */
  public record Options(
      @Inline(defaults = "metrics: [micro_f1, label_macro_f1, subset_accuracy, lrap, label_auroc]")
          MetricEvaluator.Options scoring) {}

  @Inject
  MultiLabelEvaluator(Options options) {
    super(options.scoring());
  }
}
