package io.flexora.numerics.layer;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Linear centred kernel alignment of two sets of states of the same samples (CKA, Kornblith et al.
 * 2019). It is computed from the products {@code K = X Xᵀ} {@code [samples][samples]}, with the
 * state of a sample in each row of X, and does not change when states are rotated, scaled or
 * shifted. Rounding costs digits where the mean of the states is far larger than their deviation;
 * products of the states less their mean keep them.
 *
 * @since 0.1
 */
public final class KernelAlignment {

  /** The fewest samples whose alignment has an unbiased estimate. */
  public static final int FEWEST_DEBIASED = 4;

  /** What rounding leaves of the products of states that do not vary, relative to them. */
  private static final double ROUNDING = 1e-12;

  private KernelAlignment() {}

  /**
   * The alignment of these samples. Where there are fewer samples than dimensions, even independent
   * states have a high one.
   *
   * @param k the products of one set; at least two samples
   * @param l the products of the other
   * @return in [0, 1]; empty where the states of a set do not vary
   */
  public static OptionalDouble biased(double[][] k, double[][] l) {
    double[][] ofK = centred(k);
    double[][] ofL = centred(l);
    return ratio(inner(ofK, ofL), inner(ofK, ofK), inner(ofL, ofL), k, l);
  }

  /**
   * The ratio of unbiased estimates of the Hilbert-Schmidt independence criterion (Song et al.
   * 2012), about 0 for independent states.
   *
   * @param k the products of one set; at least {@value #FEWEST_DEBIASED} samples
   * @param l the products of the other
   * @return at most about 1, and below 0 by chance; empty where the states of a set do not vary
   */
  public static OptionalDouble debiased(double[][] k, double[][] l) {
    if (k.length < FEWEST_DEBIASED) {
      throw new IllegalArgumentException(k.length + " samples have no unbiased estimate");
    }
    // The criterion does not see shifts, but its terms cancel where the mean is far from 0.
    double[][] ofK = withoutDiagonal(centred(k));
    double[][] ofL = withoutDiagonal(centred(l));
    return ratio(criterion(ofK, ofL), criterion(ofK, ofK), criterion(ofL, ofL), k, l);
  }

  private static OptionalDouble ratio(
      double both, double first, double second, double[][] k, double[][] l) {
    double rounding = ROUNDING * ROUNDING;
    boolean vary = first > rounding * inner(k, k) && second > rounding * inner(l, l);
    return vary ? OptionalDouble.of(both / Math.sqrt(first * second)) : OptionalDouble.empty();
  }

  /** H K H with H = I − 1/n. */
  private static double[][] centred(double[][] gram) {
    int n = gram.length;
    double[] means = Arrays.stream(gram).mapToDouble(row -> Arrays.stream(row).sum() / n).toArray();
    double mean = Arrays.stream(means).sum() / n;
    double[][] centred = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        centred[i][j] = gram[i][j] - means[i] - means[j] + mean;
      }
    }
    return centred;
  }

  private static double[][] withoutDiagonal(double[][] gram) {
    double[][] copy = Arrays.stream(gram).map(double[]::clone).toArray(double[][]::new);
    for (int i = 0; i < copy.length; i++) {
      copy[i][i] = 0;
    }
    return copy;
  }

  /** The unbiased estimate times n (n − 3), which falls out of the ratio. */
  private static double criterion(double[][] k, double[][] l) {
    double n = k.length;
    double[] ofK = Arrays.stream(k).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
    double[] ofL = Arrays.stream(l).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
    double rows = 0;
    for (int i = 0; i < n; i++) {
      rows += ofK[i] * ofL[i];
    }
    double all = Arrays.stream(ofK).sum() * Arrays.stream(ofL).sum();
    return inner(k, l) + all / ((n - 1) * (n - 2)) - 2 / (n - 2) * rows;
  }

  private static double inner(double[][] a, double[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        sum += a[i][j] * b[i][j];
      }
    }
    return sum;
  }
}
