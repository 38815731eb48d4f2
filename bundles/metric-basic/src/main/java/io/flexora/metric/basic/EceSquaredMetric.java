package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.List;

/**
 * The squared calibration error without bias: the mean over bins of the squared gap less the
 * variance of the gap, each with the weight of its examples. A square, unlike the absolute value of
 * {@link CalibrationError}, has a bias that is known, so on average a calibrated model has 0, and
 * single values may be negative. Of a bin with one example, of which nothing can be estimated, the
 * variance is taken to be 1/4, the largest that an answer can have.
 */
@Doc(
    "Measure the squared calibration error of the predicted choice's probability, in bins of equal"
        + " width, without bias: a calibrated model has 0 on average, so that it may be negative."
        + " Its standard error is by bootstrap.")
final class EceSquaredMetric implements Metric {

  private static final MetricDescription SQUARED =
      MetricDescription.error("ece_squared", Need.SCORES, Need.LABEL)
          .withSymbol("ECE sq.")
          .withRange(new MetricDescription.Range(-1, 1))
          .asAggregate();
  private static final int RESAMPLES = 1000;

  private final EceOptions options;
  private final Seeds seeds;

  @Inject
  EceSquaredMetric(EceOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(SQUARED);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    BinnedGaps gaps = BinnedGaps.ofPredicted(scored, options.binning());
    double error =
        Estimates.bootstrapError(
            gaps.size(),
            RESAMPLES,
            seeds.stream("metric", "ece_squared"),
            sample -> gaps.of(sample).squared());
    MetricValue value = new MetricValue(SQUARED, gaps.all().squared(), error);
    return List.of(new Metric.Result(value, List.of()));
  }
}
