package io.flexora.cli.result;

import java.util.Locale;

/** Numbers of a table: four decimals, or fewer where five digits need fewer. */
final class Decimals {

  private static final int MOST = 4;

  private Decimals() {}

  static String of(double number) {
    return written("", number, number);
  }

  /** A number with its sign, plus too. */
  static String signed(double number) {
    return written("+", number, number);
  }

  /** A number and how far it may be off, both with as many decimals. */
  static String plusMinus(double number, double deviation) {
    return plusMinus("", number, deviation);
  }

  /** The same with the number's sign, plus too. */
  static String signedPlusMinus(double number, double deviation) {
    return plusMinus("+", number, deviation);
  }

  private static String plusMinus(String flag, double number, double deviation) {
    double greatest = Math.max(Math.abs(number), Math.abs(deviation));
    return written(flag, number, greatest)
        + " "
        + Sign.plusMinus()
        + " "
        + written("", deviation, greatest);
  }

  private static String written(String flag, double number, double greatest) {
    double order = Math.floor(Math.log10(Math.abs(greatest)));
    int decimals = Math.max(0, MOST - (int) Math.max(0, order));
    return String.format(Locale.ROOT, "%" + flag + "." + decimals + "f", number);
  }
}
