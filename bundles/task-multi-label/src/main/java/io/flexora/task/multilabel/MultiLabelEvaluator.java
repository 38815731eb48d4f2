package io.flexora.task.multilabel;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.score.MetricEvaluator;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Predicts the labels of each example and measures the predictions. */
@Doc(
    "Predict the labels of each example, and measure F1, exact sets and rankings, or what you name.")
final class MultiLabelEvaluator extends MetricEvaluator {

  /** The options of {@link MultiLabelEvaluator}. */
  public record Options(
      @Option(
              doc = "Evaluation batch size. It affects time and memory, not the results.",
              byDefault = "32",
              min = 1)
          int batchSize,
      @Option(
              doc = "The metrics to compute.",
              byDefault = "[micro_f1, label_macro_f1, subset_accuracy, lrap, label_auroc]")
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
  MultiLabelEvaluator(Options options) {
    super(options.metrics(), options.deciding(), options.batchSize());
  }
}
