package io.flexora.selector.pruned;

/**
 * The difference of losses on the same examples.
 *
 * @param mean the mean difference, in nats
 * @param upper the upper end of its one-sided interval at 95 %, by Student's t
 */
record PairedBound(double mean, double upper) {

  /** The 95 % quantile of the normal distribution. */
  private static final double Z = 1.6448536269514722;

  /**
   * Compares losses.
   *
   * @param losses of each example
   * @param others of the same examples, at least two
   */
  static PairedBound of(double[] losses, double[] others) {
    int n = losses.length;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += (losses[i] - others[i]) / n;
    }
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double deviation = losses[i] - others[i] - mean;
      squares += deviation * deviation;
    }
    double error = Math.sqrt(squares / (n - 1) / n);
    return new PairedBound(mean, mean + quantile(n - 1) * error);
  }

  /**
   * The 95 % quantile of Student's t, by its expansion in 1 / degrees (Abramowitz and Stegun
   * 26.7.5); for 10 degrees of freedom or more the error is below 5e-5.
   */
  static double quantile(int degrees) {
    double z2 = Z * Z;
    double g1 = Z * (z2 + 1) / 4;
    double g2 = Z * ((5 * z2 + 16) * z2 + 3) / 96;
    double g3 = Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double g4 = Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    double x = 1.0 / degrees;
    return Z + x * (g1 + x * (g2 + x * (g3 + x * g4)));
  }
}
