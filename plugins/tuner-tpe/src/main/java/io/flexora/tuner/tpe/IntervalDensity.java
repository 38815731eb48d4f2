package io.flexora.tuner.tpe;

import io.flexora.api.tune.Range;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A density of numbers: a mixture of truncated normal distributions, one around each trial's value
 * and one around the middle of the range as wide as that. The deviation of each is the distance to
 * the farther of its two neighbours, but not less than the range over the number of kernels plus
 * one. What is logarithmic is so in the logarithm; whole numbers have the probability of what is
 * rounded to them.
 */
final class IntervalDensity implements Density {

  private static final double HALF = 0.5;
  private static final double MOST_KERNELS = 100;

  private final Range.Interval range;
  private final double[] weights;
  private final TruncatedNormal[] kernels;

  /**
   * Makes the density.
   *
   * @param seen the values of the trials, from the oldest; may be empty
   */
  IntervalDensity(double[] seen, Range.Interval range) {
    this.range = range;
    this.weights = Weights.of(seen.length);
    double low = range.inner(range.whole() ? range.low() - HALF : range.low());
    double high = range.inner(range.whole() ? range.high() + HALF : range.high());
    double[] means = Arrays.copyOf(seen, seen.length + 1);
    for (int i = 0; i < seen.length; i++) {
      means[i] = range.inner(seen[i]);
    }
    means[seen.length] = HALF * (low + high);
    double[] deviations = deviations(means, low, high);
    this.kernels =
        IntStream.range(0, means.length)
            .mapToObj(i -> new TruncatedNormal(means[i], deviations[i], low, high))
            .toArray(TruncatedNormal[]::new);
  }

  /** The deviations of kernels, the last of which is the prior and no neighbour of the others. */
  private static double[] deviations(double[] means, double low, double high) {
    int trials = means.length - 1;
    int[] order =
        IntStream.range(0, trials)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> means[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double least = (high - low) / Math.min(MOST_KERNELS, 1.0 + means.length);
    double[] deviations = new double[means.length];
    for (int place = 0; place < trials; place++) {
      double here = means[order[place]];
      double before = here - (place > 0 ? means[order[place - 1]] : low);
      double after = (place < trials - 1 ? means[order[place + 1]] : high) - here;
      double gap = Math.max(before, after);
      if (trials > 1 && (place == 0 || place == trials - 1)) {
        // The ends of the range are no neighbours, or an outer kernel would cover all beyond it.
        gap = place == 0 ? after : before;
      }
      deviations[order[place]] = Math.max(least, Math.min(high - low, gap));
    }
    deviations[trials] = high - low;
    return deviations;
  }

  @Override
  public double draw(SplittableRandom random) {
    TruncatedNormal kernel = kernels[Weights.draw(weights, random)];
    return range.nearest(range.outer(kernel.quantile(random.nextDouble())));
  }

  @Override
  public double log(double value) {
    double[] logs = new double[kernels.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.log(weights[i]) + log(kernels[i], value);
    }
    return Weights.logSum(logs);
  }

  /** In what counts: a logarithm's density lacks a factor that all kernels have. */
  private double log(TruncatedNormal kernel, double value) {
    return range.whole()
        ? kernel.logProbability(range.inner(value - HALF), range.inner(value + HALF))
        : kernel.logDensity(range.inner(value));
  }
}
