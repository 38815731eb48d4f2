package io.flexora.task.multilabel;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.task.Task;

/** Declares the task {@code multi_label}, its evaluator and the metrics of labels. */
public final class MultiLabelPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Task.class, "multi_label", MultiLabelOptions.class, MultiLabelTask.class);
    extension(
        Evaluator.class,
        "multi_label",
        MultiLabelEvaluator.Options.class,
        MultiLabelEvaluator.class);
    extension(Metric.class, "micro_f1", NoOptions.class, LabelMetrics.MicroF1.class);
    extension(Metric.class, "label_macro_f1", NoOptions.class, LabelMetrics.MacroF1.class);
    extension(Metric.class, "subset_accuracy", NoOptions.class, LabelMetrics.SubsetAccuracy.class);
    extension(Metric.class, "hamming_loss", NoOptions.class, LabelMetrics.HammingLoss.class);
    extension(Metric.class, "lrap", NoOptions.class, LabelMetrics.RankingPrecision.class);
    extension(Metric.class, "label_auroc", NoOptions.class, LabelMetrics.LabelAuroc.class);
  }
}
