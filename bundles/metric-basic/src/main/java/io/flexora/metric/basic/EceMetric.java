package io.flexora.metric.basic;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricRange;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The expected calibration error (Naeini et al. 2015; Guo et al. 2017): the examples are put into
 * bins by the probability of the predicted choice, and the mean of each bin's gap between that
 * probability and the share of right predictions is taken. The probabilities are those of an
 * example's choices alone.
 *
 * <p>It is biased upwards: a calibrated model of some hundred examples has several per cent.
 */
@Doc(
    "Measure the expected calibration error of the predicted choice's probability, in bins of equal"
        + " width, with its standard error by bootstrap.")
final class EceMetric implements Metric {

  private static final MetricDescription ECE =
      MetricDescription.error("ece", Need.SCORES, Need.LABEL)
          .withSymbol("ECE")
          .withRange(MetricRange.FRACTION)
          .inPercent()
          .asAggregate();
  private static final int RESAMPLES = 1000;

  private final EceOptions options;
  private final Seeds seeds;

  @Inject
  EceMetric(EceOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(ECE);
  }

  @Override
  public List<MetricResult> compute(ScoredExamples scored) {
    double[] confidences = scored.values(EceMetric::confidence);
    int[] bins = Arrays.stream(confidences).mapToInt(this::bin).toArray();
    double[] gaps = scored.values(e -> (e.isRight() ? 1 : 0) - confidence(e));
    int n = gaps.length;
    double[] sums = sums(gaps, bins, IntStream.range(0, n).toArray());
    double error =
        Estimates.bootstrapError(
            n,
            RESAMPLES,
            seeds.stream("metric", "ece"),
            sample -> error(sums(gaps, bins, sample), n));
    double[] influence = new double[n];
    Arrays.setAll(influence, i -> Math.signum(sums[bins[i]]) * gaps[i]);
    return List.of(MetricResult.of(new MetricValue(ECE, error(sums, n), error), influence));
  }

  private static double confidence(ScoredExample example) {
    return example.probabilities()[example.prediction().predicted()];
  }

  /** The first bin whose upper end is not below the confidence. */
  private int bin(double confidence) {
    int bins = options.bins();
    int bin = Math.max(0, (int) (confidence * bins) - 1);
    while (bin < bins - 1 && confidence > (bin + 1.0) / bins) {
      bin++;
    }
    return bin;
  }

  /** Of each bin, the sum of its examples' gaps. */
  private double[] sums(double[] gaps, int[] bins, int[] sample) {
    double[] sums = new double[options.bins()];
    for (int i : sample) {
      sums[bins[i]] += gaps[i];
    }
    return sums;
  }

  private static double error(double[] sums, int examples) {
    return Arrays.stream(sums).map(Math::abs).sum() / examples;
  }
}
