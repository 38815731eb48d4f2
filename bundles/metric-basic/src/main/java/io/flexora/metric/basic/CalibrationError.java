package io.flexora.metric.basic;

import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.Diagram;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricRange;
import io.flexora.numerics.score.Estimates;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

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
final class CalibrationError {

  private static final int RESAMPLES = 1000;

  private final MetricDescription plain;
  private final MetricDescription debiased;

  CalibrationError(String name, String symbol) {
    this.plain =
        MetricDescription.error(name, Need.SCORES, Need.LABEL)
            .withSymbol(symbol)
            .withRange(MetricRange.FRACTION)
            .inPercent()
            .asAggregate();
    this.debiased =
        MetricDescription.error(name + "_debiased", Need.SCORES, Need.LABEL)
            .withSymbol(symbol + " debiased")
            .withRange(new MetricRange(-1, 1))
            .inPercent()
            .asAggregate();
  }

  List<MetricDescription> descriptions() {
    return List.of(plain, debiased);
  }

  /**
   * Computes both values of the predicted choice's probability, with a reliability diagram.
   *
   * @param most how many bins there are at most
   */
  List<MetricResult> ofPredicted(
      ScoredExamples scored, Binning binning, int most, SplittableRandom random) {
    BinnedGaps gaps = BinnedGaps.ofPredicted(scored, binning);
    return of(List.of(gaps), Reliability.ofPredicted(scored, gaps, most), random);
  }

  /**
   * Computes both values, with their standard errors over bootstrap samples. The interval of the
   * first is around the debiased value; of a calibrated model, most of whose bias is left, it lies
   * too high.
   *
   * @param gaps of each probability, of the same examples
   * @param reliability the diagram that the first shows
   */
  List<MetricResult> of(List<BinnedGaps> gaps, Diagram reliability, SplittableRandom random) {
    int n = gaps.get(0).size();
    double[] errors =
        Estimates.bootstrapErrors(
            n,
            RESAMPLES,
            random,
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
        MetricResult.of(
            new MetricValue(
                plain,
                mean(bins, BinnedGaps.Bins::mean),
                errors[0],
                interval(corrected, errors[1]),
                Optional.of(reliability)),
            parts),
        new MetricResult(new MetricValue(debiased, corrected, errors[1]), List.of()));
  }

  private static double mean(List<BinnedGaps.Bins> all, ToDoubleFunction<BinnedGaps.Bins> value) {
    return all.stream().mapToDouble(value).sum() / all.size();
  }

  private Optional<MetricValue.Interval> interval(double corrected, double error) {
    MetricRange range = plain.range();
    return Double.isNaN(error)
        ? Optional.empty()
        : Optional.of(
            new MetricValue.Interval(
                range.cut(corrected - Estimates.NORMAL_95 * error),
                range.cut(corrected + Estimates.NORMAL_95 * error)));
  }
}
