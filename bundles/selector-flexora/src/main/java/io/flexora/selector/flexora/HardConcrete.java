package io.flexora.selector.flexora;

/**
 * The hard-concrete distribution of a gate (Louizos et al. 2018, arXiv 1712.01312): a sigmoid,
 * stretched beyond 0 and 1 and clamped, so that both are taken with a probability above 0.
 *
 * @param value the gate
 * @param slope its derivative in alpha
 * @param curvature its second derivative in alpha
 */
record HardConcrete(double value, double slope, double curvature) {

  private static final double TEMPERATURE = 2.0 / 3;
  private static final double LOW = -0.1;
  private static final double HIGH = 1.1;
  private static final double SHIFT = TEMPERATURE * Math.log(-LOW / HIGH);

  /**
   * A gate under noise.
   *
   * @param uniform the noise, from 0 to 1
   */
  static HardConcrete sample(double alpha, double uniform) {
    double noise = Math.log(uniform) - Math.log1p(-uniform);
    double sigmoid = sigmoid((noise + alpha) / TEMPERATURE);
    double value = stretched(sigmoid);
    if (value <= 0 || value >= 1) {
      return new HardConcrete(clamped(value), 0, 0);
    }
    double slope = (HIGH - LOW) * sigmoid * (1 - sigmoid) / TEMPERATURE;
    return new HardConcrete(value, slope, slope * (1 - 2 * sigmoid) / TEMPERATURE);
  }

  /** The gate that a search ends with: without noise and temperature. */
  static double gate(double alpha) {
    return clamped(stretched(sigmoid(alpha)));
  }

  /** The probability that a gate is above 0. */
  static double open(double alpha) {
    return sigmoid(alpha - SHIFT);
  }

  /** The derivative of {@link #open} in alpha. */
  static double openSlope(double alpha) {
    double open = open(alpha);
    return open * (1 - open);
  }

  private static double stretched(double sigmoid) {
    return sigmoid * (HIGH - LOW) + LOW;
  }

  private static double clamped(double value) {
    return Math.min(1, Math.max(0, value));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
