package io.flexora.metric.basic;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;

/** Declares the metrics. */
public final class BasicMetricsPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Metric.class, "accuracy", NoOptions.class, AccuracyMetric.class);
    extension(Metric.class, "macro_f1", NoOptions.class, MacroF1Metric.class);
    extension(Metric.class, "loss", LossOptions.class, LossMetric.class);
    extension(Metric.class, "perplexity", NoOptions.class, PerplexityMetric.class);
    extension(Metric.class, "acc", NoOptions.class, HarnessAccuracy.OfScores.class);
    extension(Metric.class, "acc_norm", NoOptions.class, HarnessAccuracy.ForCharacters.class);
    extension(Metric.class, "acc_bytes", NoOptions.class, HarnessAccuracy.ForBytes.class);
    extension(Metric.class, "f1", NoOptions.class, F1Metric.class);
    extension(Metric.class, "mcc", NoOptions.class, MccMetric.class);
    extension(Metric.class, "brier", NoOptions.class, BrierMetric.class);
    extension(Metric.class, "ece", EceOptions.class, CalibrationError.OfEqualWidth.class);
    extension(
        Metric.class, "adaptive_ece", AdaptiveEceOptions.class, CalibrationError.Adaptive.class);
    extension(Metric.class, "classwise_ece", EceOptions.class, CalibrationError.Classwise.class);
    extension(Metric.class, "ece_squared", EceOptions.class, EceSquaredMetric.class);
    extension(Metric.class, "mce", EceOptions.class, MceMetric.class);
    extension(Metric.class, "ece_p_value", EceOptions.class, EcePValueMetric.class);
    extension(Metric.class, "auroc", NoOptions.class, AurocMetric.class);
    extension(Metric.class, "ood_auroc", OodAurocOptions.class, OodAurocMetric.class);
    extension(Metric.class, "nll", NoOptions.class, NllMetric.class);
  }
}
