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
 * The expected calibration error (Naeini et al. 2015; Guo et al. 2017): the examples are put into
 * bins by the probability of the predicted choice, and the mean of each bin's gap between that
 * probability and the share of right predictions is taken. The probabilities are those of an
 * example's choices alone.
 *
 * <p>It is biased upwards; {@link CalibrationError} says how far, and gives a debiased value beside
 * it.
 */
@Doc(
    "Measure the expected calibration error of the predicted choice's probability, in bins of equal"
        + " width: as it is, which is biased upwards (a calibrated model of 299 examples has 5 %), and"
        + " debiased. Its standard error is by bootstrap.")
final class EceMetric implements Metric {

  private final EceOptions options;
  private final CalibrationError error = new CalibrationError("ece", "ECE");
  private final Seeds seeds;

  @Inject
  EceMetric(EceOptions options, Seeds seeds) {
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
        scored, options.binning(), options.most(), seeds.stream("metric", "ece"));
  }
}
