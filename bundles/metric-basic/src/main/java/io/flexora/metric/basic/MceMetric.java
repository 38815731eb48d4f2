package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import jakarta.inject.Inject;
import java.util.List;

/**
 * The maximum calibration error (Naeini et al. 2015): the largest gap of a bin between the
 * probability of the predicted choice and the share of right predictions. A bin of few examples
 * decides it easily, and which bin does changes from sample to sample, so examples have no numbers
 * of it.
 *
 * <p>It is biased upwards far more than the expected error: 299 examples of a calibrated model have
 * 13 to 45 % in 15 bins on average, depending on how the confidences spread (simulated), and the
 * most where some bins have a few examples each. An interval around it would leave out the truth,
 * so it has neither that nor a standard error.
 */
@Doc(
    "Measure the maximum calibration error: the largest gap of a bin between confidence and"
        + " accuracy. Small bins dominate it, and it is biased upwards: 299 examples of a"
        + " calibrated model have 13 to 45 % in 15 bins. It has no standard error.")
final class MceMetric implements Metric {

  private static final MetricDescription MCE =
      MetricDescription.error("mce", Need.SCORES, Need.LABEL)
          .withSymbol("MCE")
          .withRange(MetricDescription.Range.FRACTION)
          .inPercent()
          .asAggregate();

  private final EceOptions options;

  @Inject
  MceMetric(EceOptions options) {
    this.options = options;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(MCE);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    BinnedGaps gaps = BinnedGaps.ofPredicted(scored, options.binning());
    MetricValue value =
        new MetricValue(MCE, gaps.all().largest(), Double.NaN)
            .with(Reliability.ofPredicted(scored, gaps, options.most()));
    return List.of(new Metric.Result(value, List.of()));
  }
}
