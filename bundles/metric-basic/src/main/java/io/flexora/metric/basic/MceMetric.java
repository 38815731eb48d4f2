package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricRange;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * The maximum calibration error (Naeini et al. 2015): the largest gap of a bin between the
 * probability of the predicted choice and the share of right predictions. A bin of few examples
 * decides it easily, and which bin does changes from sample to sample, so examples have no numbers
 * of it.
 */
@Doc(
    "Measure the maximum calibration error: the largest gap of a bin between the predicted choice's"
        + " probability and accuracy. Bins of few examples decide it easily. Its standard error is"
        + " by bootstrap.")
final class MceMetric implements Metric {

  private static final MetricDescription MCE =
      MetricDescription.error("mce", Need.SCORES, Need.LABEL)
          .withSymbol("MCE")
          .withRange(MetricRange.FRACTION)
          .inPercent()
          .asAggregate();
  private static final int RESAMPLES = 1000;

  private final EceOptions options;
  private final Seeds seeds;

  @Inject
  MceMetric(EceOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(MCE);
  }

  @Override
  public Optional<String> misfit(EvaluatedTask task) {
    return Classes.misfitOfChoices(task);
  }

  @Override
  public List<MetricResult> compute(ScoredExamples scored) {
    BinnedGaps gaps = BinnedGaps.ofPredicted(scored, options.binning());
    double error =
        Estimates.bootstrapError(
            scored.size(),
            RESAMPLES,
            seeds.stream("metric", "mce"),
            sample -> gaps.of(sample).largest());
    return List.of(new MetricResult(new MetricValue(MCE, gaps.all().largest(), error), List.of()));
  }
}
