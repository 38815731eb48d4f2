package io.flexora.selector.scored.measure;

import java.util.Arrays;

/**
 * The signal-to-noise ratio of a matrix by its singular values (Spectrum, Hartford et al. 2024,
 * arXiv 2406.06623, and its published code): the sum of those above the Marchenko-Pastur threshold
 * {@code sigma (1 + sqrt(smaller side / larger side))} over the sum of the others. {@code sigma} is
 * the interquartile range of the singular values over 1.349, that of a normal distribution with
 * standard deviation 1.
 *
 * @param signal the sum of the singular values above the threshold
 * @param noise the sum of the others
 * @param largest the largest singular value
 */
public record SignalToNoise(double signal, double noise, double largest) {

  private static final double NORMAL_RANGE = 1.349;

  /**
   * Splits the singular values.
   *
   * @param values the singular values, in any order
   * @param rows the rows of the matrix
   * @param columns its columns
   */
  public static SignalToNoise of(double[] values, long rows, long columns) {
    double[] ascending = values.clone();
    Arrays.sort(ascending);
    double sigma = (quantile(ascending, 0.75) - quantile(ascending, 0.25)) / NORMAL_RANGE;
    double ratio = (double) Math.min(rows, columns) / Math.max(rows, columns);
    double threshold = sigma * (1 + Math.sqrt(ratio));
    return new SignalToNoise(
        Arrays.stream(values).filter(value -> value > threshold).sum(),
        Arrays.stream(values).filter(value -> value <= threshold).sum(),
        ascending[ascending.length - 1]);
  }

  /** The ratio; infinite where there is no noise. */
  public double ratio() {
    return signal / noise;
  }

  /** The ratio over the largest singular value, by which the published code ranks. */
  public double normalised() {
    return ratio() / largest;
  }

  /** Linear between two values, as numpy and PyTorch take it. */
  private static double quantile(double[] ascending, double at) {
    double place = at * (ascending.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
  }
}
