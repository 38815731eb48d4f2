package io.flexora.metric.basic;

import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricRange;
import io.flexora.numerics.score.Estimates;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.special.Erf;

/**
 * The expected calibration error over bins of examples: the mean of each bin's gap between the
 * probability of the predicted choice and the share of right predictions.
 *
 * <p>The gap of a bin is an absolute value, so noise alone makes it positive: 299 examples of a
 * calibrated model have about 5 % in 15 bins. The debiased value takes from each bin the bias of a
 * normal mean, E|X| - |E X|, estimated at the bin's own mean and standard error (a parametric
 * bootstrap in closed form). It removes about 40 % of the bias of a calibrated model, and nearly all
 * of it from 5 % on; it may be negative.
 */
final class CalibrationError {

  private static final int RESAMPLES = 1000;

  /** The variance of the gap of a single example, of which nothing can be estimated. */
  private static final double VARIANCE_OF_ONE = 0.25;

  private final MetricDescription plain;
  private final MetricDescription debiased;
  private final Binning binning;

  /** Puts examples into bins. */
  @FunctionalInterface
  interface Binning {

    /**
     * Returns the bin of each example, from 0 on.
     *
     * @param confidences the probability of each example's predicted choice
     */
    int[] bins(double[] confidences);
  }

  CalibrationError(String name, String symbol, Binning binning) {
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
    this.binning = binning;
  }

  List<MetricDescription> descriptions() {
    return List.of(plain, debiased);
  }

  /** Computes both values; the standard error is that of the first over bootstrap samples. */
  List<MetricResult> compute(ScoredExamples scored, SplittableRandom random) {
    double[] confidences = scored.values(CalibrationError::confidence);
    double[] gaps = scored.values(e -> (e.isRight() ? 1 : 0) - confidence(e));
    int n = gaps.length;
    double error =
        Estimates.bootstrapError(
            n,
            RESAMPLES,
            random,
            sample -> error(bins(taken(confidences, sample), taken(gaps, sample)), n));
    int[] places = binning.bins(confidences);
    Bin[] bins = bins(confidences, gaps);
    double[] parts = new double[n];
    Arrays.setAll(parts, i -> Math.signum(bins[places[i]].sum) * gaps[i]);
    double corrected = Arrays.stream(bins).mapToDouble(Bin::debiased).sum() / n;
    double[] corrections = new double[n];
    Arrays.setAll(corrections, i -> bins[places[i]].jackknife(gaps[i]));
    double centre = corrected - Arrays.stream(corrections).sum() / n;
    return List.of(
        MetricResult.of(new MetricValue(plain, error(bins, n), error), parts),
        MetricResult.of(
            new MetricValue(debiased, corrected, error),
            Arrays.stream(corrections).map(value -> value + centre).toArray()));
  }

  private static double confidence(ScoredExample example) {
    return example.probabilities()[example.prediction().predicted()];
  }

  private static double[] taken(double[] values, int[] sample) {
    return Arrays.stream(sample).mapToDouble(i -> values[i]).toArray();
  }

  private Bin[] bins(double[] confidences, double[] gaps) {
    int[] places = binning.bins(confidences);
    Bin[] bins =
        IntStream.rangeClosed(0, Arrays.stream(places).max().orElseThrow())
            .mapToObj(bin -> new Bin())
            .toArray(Bin[]::new);
    for (int i = 0; i < gaps.length; i++) {
      bins[places[i]].add(gaps[i]);
    }
    return bins;
  }

  private static double error(Bin[] bins, int examples) {
    return Arrays.stream(bins).mapToDouble(bin -> Math.abs(bin.sum)).sum() / examples;
  }

  /** The examples of a bin by their number and the sums of their gaps and of the gaps' squares. */
  private static final class Bin {

    private int size;
    private double sum;
    private double squares;

    void add(double gap) {
      size++;
      sum += gap;
      squares += gap * gap;
    }

    /** Its size times its gap, less the bias of the absolute value. */
    double debiased() {
      return debiased(size, sum, squares);
    }

    /** The jackknife's pseudo-value of {@link #debiased} for one of its examples. */
    double jackknife(double gap) {
      return debiased() - debiased(size - 1, sum - gap, squares - gap * gap);
    }

    private static double debiased(int size, double sum, double squares) {
      if (size == 0) {
        return 0;
      }
      double mean = sum / size;
      double variance =
          size == 1 ? VARIANCE_OF_ONE : Math.max(0, squares - sum * mean) / (size - 1) / size;
      return size * (2 * Math.abs(mean) - absolute(mean, Math.sqrt(variance)));
    }

    /** The mean of |X| for a normal X. */
    private static double absolute(double mean, double deviation) {
      if (deviation == 0) {
        return Math.abs(mean);
      }
      double z = mean / deviation;
      return deviation * Math.sqrt(2 / Math.PI) * Math.exp(-z * z / 2)
          + mean * Erf.erf(z / Math.sqrt(2));
    }
  }
}
