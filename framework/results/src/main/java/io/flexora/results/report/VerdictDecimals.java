package io.flexora.results.report;

import java.util.Locale;

/**
 * The number of decimals that show a number which a verdict rests on: as many as are usual, or more
 * where the rounded number would stand on the other side of the verdict's bound.
 *
 * @since 0.1
 */
public final class VerdictDecimals {

  /** The level of every test: an adjusted p-value below it is significant. */
  public static final double LEVEL = 0.05;

  private VerdictDecimals() {}

  /** Those of a p-value: three, or more of one just below 0.05. */
  public static int ofPValue(double p) {
    return of(p, LEVEL, 3);
  }

  /**
   * Those of a gain in units of its standard error, without sign: one, or more of a gain just below
   * two, from which on it is clear.
   */
  public static int ofErrors(double errors) {
    return of(errors, Contrast.CLEAR, 1);
  }

  private static int of(double number, double bound, int usual) {
    int decimals = usual;
    while (number < bound && rounded(number, decimals) >= bound) {
      decimals++;
    }
    return decimals;
  }

  /** As it is shown: rounding by another way can differ in the last digit. */
  private static double rounded(double number, int decimals) {
    return Double.parseDouble(String.format(Locale.ROOT, "%." + decimals + "f", number));
  }
}
