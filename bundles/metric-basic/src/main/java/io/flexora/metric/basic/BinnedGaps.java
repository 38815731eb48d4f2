package io.flexora.metric.basic;

import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.numbers.gamma.Erf;

/**
 * The gap of each example between what came true, 1 or 0, and its probability, in bins by the
 * probability.
 */
final class BinnedGaps {

  /** The variance of the gap of a single example, of which nothing can be estimated. */
  private static final double VARIANCE_OF_ONE = 0.25;

  /**
   * An example in its bin.
   *
   * @param bin the bin
   * @param probability the probability
   * @param outcome what came true of it: 1 or 0
   */
  record Member(int bin, double probability, double outcome) {}

  private final double[] outcomes;
  private final double[] gaps;
  private final Binning binning;

  /** The probabilities in order, each once. */
  private final double[] levels;

  /** Each example's place among them. */
  private final int[] ranks;

  /**
   * Makes the gaps.
   *
   * @param probability of an example
   * @param outcome what came true of it: 1 or 0
   */
  BinnedGaps(
      ScoredExamples scored,
      ToDoubleFunction<ScoredExample> probability,
      ToDoubleFunction<ScoredExample> outcome,
      Binning binning) {
    double[] probabilities = scored.values(probability);
    double[] ordered = Arrays.stream(probabilities).sorted().distinct().toArray();
    this.outcomes = scored.values(outcome);
    this.gaps =
        IntStream.range(0, outcomes.length)
            .mapToDouble(i -> outcomes[i] - probabilities[i])
            .toArray();
    this.binning = binning;
    this.levels = ordered;
    this.ranks =
        Arrays.stream(probabilities).mapToInt(p -> Arrays.binarySearch(ordered, p)).toArray();
  }

  /** The gaps between being right and the probability of the predicted choice. */
  static BinnedGaps ofPredicted(ScoredExamples scored, Binning binning) {
    return new BinnedGaps(
        scored, ScoredExample::confidence, example -> example.isRight() ? 1 : 0, binning);
  }

  /** How many examples there are. */
  int size() {
    return gaps.length;
  }

  /** The examples in their bins. */
  Stream<Member> members() {
    Bins bins = all();
    return IntStream.range(0, size())
        .mapToObj(i -> new Member(bins.place(i), levels[ranks[i]], outcomes[i]));
  }

  /** The bins of all examples. */
  Bins all() {
    return of(IntStream.range(0, gaps.length).toArray());
  }

  /** The bins of a sample of the examples, some of which may be there several times. */
  Bins of(int[] sample) {
    int[] places = places(sample);
    Bin[] bins =
        Stream.generate(Bin::new)
            .limit(1 + Arrays.stream(places).max().orElseThrow())
            .toArray(Bin[]::new);
    for (int example : sample) {
      bins[places[ranks[example]]].add(gaps[example]);
    }
    return new Bins(sample.length, bins, places);
  }

  private int[] places(int[] sample) {
    int[] counts = new int[levels.length];
    for (int example : sample) {
      counts[ranks[example]]++;
    }
    int[] places = new int[levels.length];
    int less = 0;
    for (int rank = 0; rank < levels.length; rank++) {
      // A probability of no example in the sample has a bin that nobody asks for.
      places[rank] = binning.bin(levels[rank], Math.min(less, sample.length - 1), sample.length);
      less += counts[rank];
    }
    return places;
  }

  /** The gaps of a sample, bin by bin. */
  final class Bins {

    private final int size;
    private final Bin[] bins;
    private final int[] places;

    private Bins(int size, Bin[] bins, int[] places) {
      this.size = size;
      this.bins = bins;
      this.places = places;
    }

    /** The bin of an example. */
    int place(int example) {
      return places[ranks[example]];
    }

    /** The gap of an example, counted in the direction of its bin's. */
    double towards(int example) {
      return Math.signum(bins[place(example)].sum) * gaps[example];
    }

    /** The mean absolute gap of a bin, each with the weight of its examples. */
    double mean() {
      return Arrays.stream(bins).mapToDouble(bin -> Math.abs(bin.sum)).sum() / size;
    }

    /** The same less the bias of each bin; see {@link CalibrationError}. */
    double debiased() {
      return Arrays.stream(bins).mapToDouble(Bin::debiased).sum() / size;
    }

    /**
     * The mean squared gap of a bin less the variance of that gap, each with the weight of its
     * examples.
     */
    double squared() {
      return Arrays.stream(bins).mapToDouble(Bin::squared).sum() / size;
    }

    /** The largest absolute gap of a bin. */
    double largest() {
      return Arrays.stream(bins)
          .filter(bin -> bin.size > 0)
          .mapToDouble(bin -> Math.abs(bin.sum) / bin.size)
          .max()
          .orElseThrow();
    }
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
      return size * (2 * Math.abs(mean) - absolute(mean, Math.sqrt(variance(mean))));
    }

    /** Its size times its squared gap, less the variance of the gap. */
    double squared() {
      if (size == 0) {
        return 0;
      }
      double mean = sum / size;
      return size * (mean * mean - variance(mean));
    }

    /** The variance of the gap, which is a mean. */
    private double variance(double mean) {
      return size == 1 ? VARIANCE_OF_ONE : Math.max(0, squares - sum * mean) / (size - 1) / size;
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
