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
import java.util.stream.IntStream;

/**
 * The class-wise calibration error (Kull et al. 2019): the mean over the classes of the expected
 * calibration error of a class's probability, in bins of its own, against the share of examples
 * that are of the class. Biased and debiased as {@link CalibrationError} says.
 */
@Doc(
    "Measure the class-wise calibration error: the mean over the classes of the calibration error"
        + " of each class's probability, as it is, which is biased upwards, and debiased. It needs"
        + " the same choices in every example, two at least, one prompt for all of them, and a"
        + " single right one. Its standard error is by bootstrap.")
final class ClasswiseEceMetric implements Metric {

  private final EceOptions options;
  private final CalibrationError error = new CalibrationError("classwise_ece", "cwECE");
  private final Seeds seeds;

  @Inject
  ClasswiseEceMetric(EceOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return error.descriptions();
  }

  @Override
  public Optional<String> misfit(EvaluatedTask task) {
    return Classes.misfitOfOneLabel(task).or(() -> Classes.misfitOfChoices(task));
  }

  @Override
  public List<MetricResult> compute(ScoredExamples scored) {
    int classes = scored.examples().get(0).prediction().scores().size();
    List<BinnedGaps> ofClasses =
        IntStream.range(0, classes).mapToObj(of -> ofClass(scored, of)).toList();
    return error.of(
        ofClasses,
        Reliability.ofClasses(scored, ofClasses, options.most()),
        seeds.stream("metric", "classwise_ece"));
  }

  private BinnedGaps ofClass(ScoredExamples scored, int of) {
    return new BinnedGaps(
        scored,
        example -> example.probabilities()[of],
        example -> example.prediction().label() == of ? 1 : 0,
        options.binning());
  }
}
