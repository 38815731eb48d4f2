package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * The expected calibration error in bins of equal numbers of examples (Nguyen and O'Connor 2015):
 * no bin is empty where the model is nearly always sure. Examples of the same probability share a
 * bin, so the order of the examples counts for nothing.
 */
@Doc(
    "Measure the expected calibration error in bins of equal numbers of examples by the predicted"
        + " choice's probability: as it is, which is biased upwards, and debiased. Its standard"
        + " error is by bootstrap.")
final class AdaptiveEceMetric implements Metric {

  private final AdaptiveEceOptions options;
  private final CalibrationError error = new CalibrationError("adaptive_ece", "aECE");
  private final Seeds seeds;

  @Inject
  AdaptiveEceMetric(AdaptiveEceOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return error.descriptions();
  }

  @Override
  public Optional<String> misfit(EvaluatedTask task) {
    return Classes.misfitOfChoices(task);
  }

  @Override
  public List<MetricResult> compute(ScoredExamples scored) {
    return error.ofPredicted(
        scored,
        (confidence, less, all) -> (int) ((long) less * options.bins() / all),
        options.bins(),
        seeds.stream("metric", "adaptive_ece"));
  }
}
