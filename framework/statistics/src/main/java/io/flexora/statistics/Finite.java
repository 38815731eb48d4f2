package io.flexora.statistics;

import java.util.Arrays;

/** The check that the numbers of a statistic are finite. */
final class Finite {

  private Finite() {}

  static boolean all(double... values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  /** The sum of the sizes: what rounding errors are small against. */
  static double size(double... values) {
    return Arrays.stream(values).map(Math::abs).sum();
  }

  /**
   * A share strictly between 0 and 1, such as a confidence.
   *
   * @throws IllegalArgumentException if it is not
   */
  static double share(String name, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", not between 0 and 1");
    }
    return value;
  }
}
