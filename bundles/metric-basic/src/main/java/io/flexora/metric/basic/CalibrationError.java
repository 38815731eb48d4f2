package io.flexora.metric.basic;

import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.Diagram;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricRange;
import io.flexora.numerics.score.Estimates;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.numbers.gamma.Erf;

/**
 * The expected calibration error over bins of examples: the mean of each bin's gap between the
 * probability of the predicted choice and the share of right predictions.
 *
 * <p>The gap of a bin is an absolute value, so noise alone makes it positive: 299 examples of a
 * calibrated model have about 5 % in 15 bins. The debiased value takes from each bin the bias of a
 * normal mean, E|X| - |E X|, estimated at the bin's own mean and standard error (a parametric
 * bootstrap in closed form). It removes about 40 % of the bias of a calibrated model, and nearly
 * all of it from 5 % on; it may be negative.
 */
final class CalibrationError {

  private static final int RESAMPLES = 1000;

  /** The variance of the gap of a single example, of which nothing can be estimated. */
  private static final double VARIANCE_OF_ONE = 0.25;

  private final MetricDescription plain;
  private final MetricDescription debiased;
  private final int most;
  private final Binning binning;

  /** Puts examples into bins. */
  @FunctionalInterface
  interface Binning {

    /**
     * Returns the bin of the examples of a confidence, from 0 on.
     *
     * @param confidence the probability of the predicted choice
     * @param less how many examples have a lower one
     * @param all how many examples there are
     */
    int bin(double confidence, int less, int all);
  }

  /**
   * Makes the error.
   *
   * @param most how many bins there are at most
   */
  CalibrationError(String name, String symbol, int most, Binning binning) {
    this.most = most;
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

  /**
   * Computes both values, with their standard errors over bootstrap samples. The interval of the
   * first is around the debiased value; of a calibrated model, most of whose bias is left, it lies
   * too high.
   */
  List<MetricResult> compute(ScoredExamples scored, SplittableRandom random) {
    double[] confidences = scored.values(CalibrationError::confidence);
    double[] gaps = scored.values(e -> (e.isRight() ? 1 : 0) - confidence(e));
    int n = gaps.length;
    double[] levels = Arrays.stream(confidences).sorted().distinct().toArray();
    int[] ranks =
        Arrays.stream(confidences).mapToInt(c -> Arrays.binarySearch(levels, c)).toArray();
    double[] errors =
        Estimates.bootstrapErrors(
            n,
            RESAMPLES,
            random,
            sample -> {
              Bin[] drawn = bins(sample, ranks, gaps, places(sample, ranks, levels));
              return new double[] {error(drawn, n), debiased(drawn, n)};
            });
    int[] all = IntStream.range(0, n).toArray();
    int[] places = places(all, ranks, levels);
    Bin[] bins = bins(all, ranks, gaps, places);
    double[] parts = new double[n];
    Arrays.setAll(parts, i -> Math.signum(bins[places[ranks[i]]].sum) * gaps[i]);
    double corrected = debiased(bins, n);
    return List.of(
        MetricResult.of(
            new MetricValue(
                    plain,
                    error(bins, n),
                    errors[0],
                    interval(corrected, errors[1]),
                    Optional.empty())
                .with(reliability(ranks, places, confidences, scored)),
            parts),
        new MetricResult(new MetricValue(debiased, corrected, errors[1]), List.of()));
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

  /** What the value depends on beside the model: of how many examples, bins and choices it is. */
  private String title(ScoredExamples scored) {
    IntSummaryStatistics choices =
        scored.examples().stream()
            .mapToInt(example -> example.probabilities().length)
            .summaryStatistics();
    return "Reliability of %d examples in up to %d bins, %s choices"
        .formatted(
            scored.size(),
            most,
            choices.getMin() == choices.getMax()
                ? choices.getMin()
                : choices.getMin() + " to " + choices.getMax());
  }

  /** Each bin's mean confidence and accuracy. */
  private Diagram reliability(
      int[] ranks, int[] places, double[] confidences, ScoredExamples scored) {
    Map<Integer, List<Integer>> members =
        IntStream.range(0, scored.size())
            .boxed()
            .collect(
                Collectors.groupingBy(i -> places[ranks[i]], TreeMap::new, Collectors.toList()));
    return new Diagram(
        title(scored),
        "mean probability of the predicted choice",
        "share of right predictions",
        members.values().stream().map(of -> point(of, confidences, scored)).toList());
  }

  private static Diagram.Point point(
      List<Integer> members, double[] confidences, ScoredExamples scored) {
    long right = members.stream().filter(i -> scored.examples().get(i).isRight()).count();
    MetricValue.Interval interval = Estimates.wilson(right, members.size());
    return new Diagram.Point(
        members.stream().mapToDouble(i -> confidences[i]).average().orElseThrow(),
        (double) right / members.size(),
        interval.low(),
        interval.high(),
        members.size());
  }

  private static double confidence(ScoredExample example) {
    return example.probabilities()[example.prediction().predicted()];
  }

  /**
   * The bins of a sample's confidences.
   *
   * @param ranks each example's place among the confidences
   * @param levels the confidences in order, each once
   */
  private int[] places(int[] sample, int[] ranks, double[] levels) {
    int[] counts = new int[levels.length];
    for (int example : sample) {
      counts[ranks[example]]++;
    }
    int[] places = new int[levels.length];
    int less = 0;
    for (int rank = 0; rank < levels.length; rank++) {
      // A confidence of no example in the sample has a bin that nobody asks for.
      places[rank] = binning.bin(levels[rank], Math.min(less, sample.length - 1), sample.length);
      less += counts[rank];
    }
    return places;
  }

  private static Bin[] bins(int[] sample, int[] ranks, double[] gaps, int[] places) {
    Bin[] bins =
        Stream.generate(Bin::new)
            .limit(1 + Arrays.stream(places).max().orElseThrow())
            .toArray(Bin[]::new);
    for (int example : sample) {
      bins[places[ranks[example]]].add(gaps[example]);
    }
    return bins;
  }

  private static double error(Bin[] bins, int examples) {
    return Arrays.stream(bins).mapToDouble(bin -> Math.abs(bin.sum)).sum() / examples;
  }

  private static double debiased(Bin[] bins, int examples) {
    return Arrays.stream(bins).mapToDouble(Bin::debiased).sum() / examples;
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
          + mean * Erf.value(z / Math.sqrt(2));
    }
  }
}
