package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.Diagram;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The expected calibration error over bins of examples: the mean of each bin's gap between a
 * probability and the share of examples of which that came true; or the mean of several such
 * errors, each of another probability.
 *
 * <p>The gap of a bin is an absolute value, so noise alone makes it positive: 299 examples of a
 * calibrated model have about 5 % in 15 bins. The debiased value takes from each bin the bias of a
 * normal mean, E|X| - |E X|, estimated at the bin's own mean and standard error (a parametric
 * bootstrap in closed form). It removes about 40 % of the bias of a calibrated model, and nearly
 * all of it from 5 % on; it may be negative.
 */
abstract class CalibrationError implements Metric {

  private static final int RESAMPLES = 1000;

  private final MetricDescription plain;
  private final MetricDescription debiased;
  private final String name;
  private final Seeds seeds;

  private CalibrationError(String name, String symbol, Seeds seeds) {
    this.name = name;
    this.seeds = seeds;
    this.plain =
        MetricDescription.error(name, Need.SCORES, Need.LABEL)
            .withSymbol(symbol)
            .withRange(MetricDescription.Range.FRACTION)
            .inPercent()
            .asAggregate();
    this.debiased =
        MetricDescription.error(name + "_debiased", Need.SCORES, Need.LABEL)
            .withSymbol(symbol + " debiased")
            .withRange(new MetricDescription.Range(-1, 1))
            .inPercent()
            .asAggregate();
  }

  @Override
  public final List<MetricDescription> descriptions() {
    return List.of(plain, debiased);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  /**
   * Computes both values of the predicted choice's probability, with a reliability diagram.
   *
   * @param most how many bins there are at most
   */
  final List<Metric.Result> ofPredicted(ScoredExamples scored, Binning binning, int most) {
    BinnedGaps gaps = BinnedGaps.ofPredicted(scored, binning);
    return of(List.of(gaps), Reliability.ofPredicted(scored, gaps, most));
  }

  /**
   * Computes both values, with their standard errors over bootstrap samples. The interval of the
   * first is around the debiased value; of a calibrated model, most of whose bias is left, it lies
   * too high.
   *
   * @param gaps of each probability, of the same examples
   * @param reliability the diagram that the first shows
   */
  final List<Metric.Result> of(List<BinnedGaps> gaps, Diagram reliability) {
    int n = gaps.get(0).size();
    double[] errors =
        Estimates.bootstrapErrors(
            n,
            RESAMPLES,
            seeds.stream("metric", name),
            sample -> {
              List<BinnedGaps.Bins> drawn = gaps.stream().map(each -> each.of(sample)).toList();
              return new double[] {
                mean(drawn, BinnedGaps.Bins::mean), mean(drawn, BinnedGaps.Bins::debiased)
              };
            });
    List<BinnedGaps.Bins> bins = gaps.stream().map(BinnedGaps::all).toList();
    double[] parts = new double[n];
    Arrays.setAll(parts, i -> mean(bins, each -> each.towards(i)));
    double corrected = mean(bins, BinnedGaps.Bins::debiased);
    return List.of(
        Metric.Result.of(
            new MetricValue(
                plain,
                mean(bins, BinnedGaps.Bins::mean),
                errors[0],
                interval(corrected, errors[1]),
                Optional.of(reliability)),
            parts),
        new Metric.Result(new MetricValue(debiased, corrected, errors[1]), List.of()));
  }

  private static double mean(List<BinnedGaps.Bins> all, ToDoubleFunction<BinnedGaps.Bins> value) {
    return all.stream().mapToDouble(value).sum() / all.size();
  }

  private Optional<MetricValue.ConfidenceInterval> interval(double corrected, double error) {
    MetricDescription.Range range = plain.range();
    return Double.isNaN(error)
        ? Optional.empty()
        : Optional.of(
            new MetricValue.ConfidenceInterval(
                range.clip(corrected - Estimates.NORMAL_95 * error),
                range.clip(corrected + Estimates.NORMAL_95 * error)));
  }

  /**
   * The expected calibration error (Naeini et al. 2015; Guo et al. 2017): the examples are put into
   * bins by the probability of the predicted choice, and the mean of each bin's gap between that
   * probability and the share of right predictions is taken. The probabilities are those of an
   * example's choices alone.
   *
   * <p>It is biased upwards; {@link CalibrationError} says how far, and gives a debiased value
   * beside it.
   */
  @Doc(
      "Measure the expected calibration error of the predicted choice's probability, in bins of equal"
          + " width: as it is, which is biased upwards (a calibrated model of 299 examples has 5 %), and"
          + " debiased. Its standard error is by bootstrap.")
  static final class OfEqualWidth extends CalibrationError {

    private final EceOptions options;

    @Inject
    OfEqualWidth(EceOptions options, Seeds seeds) {
      super("ece", "ECE", seeds);
      this.options = options;
    }

    @Override
    public List<Metric.Result> compute(ScoredExamples scored) {
      return ofPredicted(scored, options.binning(), options.most());
    }
  }

  /**
   * The expected calibration error in bins of equal numbers of examples (Nguyen and O'Connor 2015):
   * no bin is empty where the model is nearly always sure. Examples of the same probability share a
   * bin, so the order of the examples counts for nothing.
   */
  @Doc(
      "Measure the expected calibration error in bins of equal numbers of examples by the predicted"
          + " choice's probability: as it is, which is biased upwards, and debiased. Its standard"
          + " error is by bootstrap.")
  static final class Adaptive extends CalibrationError {

    private final AdaptiveEceOptions options;

    @Inject
    Adaptive(AdaptiveEceOptions options, Seeds seeds) {
      super("adaptive_ece", "aECE", seeds);
      this.options = options;
    }

    @Override
    public List<Metric.Result> compute(ScoredExamples scored) {
      return ofPredicted(
          scored,
          (confidence, less, all) -> (int) ((long) less * options.bins() / all),
          options.bins());
    }
  }

  /**
   * The class-wise calibration error (Kull et al. 2019): the mean over the classes of the expected
   * calibration error of a class's probability, in bins of its own, against the share of examples
   * that are of the class. Biased and debiased as {@link CalibrationError} says.
   */
  @Doc(
      "Measure the class-wise calibration error: the mean over classes of the calibration"
          + " error of each class's probability, plain (biased upwards) and debiased. All"
          + " examples need the same two or more choices, the same prompt, and one right"
          + " choice. The standard error is by bootstrap.")
  static final class Classwise extends CalibrationError {

    private final EceOptions options;

    @Inject
    Classwise(EceOptions options, Seeds seeds) {
      super("classwise_ece", "cwECE", seeds);
      this.options = options;
    }

    @Override
    public void checkCompatibility(EvaluatedTask task, Compatibility found) {
      Classes.checkOneLabel(task, found);
      Classes.checkChoices(task, found);
    }

    @Override
    public List<Metric.Result> compute(ScoredExamples scored) {
      int classes = scored.examples().get(0).prediction().scores().size();
      List<BinnedGaps> ofClasses =
          IntStream.range(0, classes).mapToObj(of -> ofClass(scored, of)).toList();
      return of(ofClasses, Reliability.ofClasses(scored, ofClasses, options.most()));
    }

    private BinnedGaps ofClass(ScoredExamples scored, int of) {
      return new BinnedGaps(
          scored,
          example -> example.probabilities()[of],
          example -> example.prediction().label() == of ? 1 : 0,
          options.binning());
    }
  }
}
