package io.flexora.cli.result;

import java.util.Locale;

/**
 * Numbers of a table: four decimals, fewer where five digits need fewer, and up to six where two
 * digits of a small number, or of how far it may be off, need more.
 */
final class Decimals {

  private static final int USUAL = 4;
  private static final int MOST = 6;
  private static final double LEAST = 1e-6;

  private Decimals() {}

  static String of(double number) {
    return written("", number, decimals(number, number));
  }

  /** A number with its sign, plus too. */
  static String signed(double number) {
    return written("+", number, decimals(number, number));
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
    int decimals = decimals(Math.max(Math.abs(number), Math.abs(deviation)), deviation);
    return written(flag, number, decimals)
        + " "
        + Sign.plusMinus()
        + " "
        + written("", deviation, decimals);
  }

  /** The ends of an interval with their signs, both with as many decimals. */
  static String interval(double low, double high) {
    int decimals = decimals(Math.max(Math.abs(low), Math.abs(high)), (high - low) / 2);
    return "[" + written("+", low, decimals) + ", " + written("+", high, decimals) + "]";
  }

  /** The ends of an interval, both with as many decimals. */
  static String bounds(double low, double high) {
    int decimals = decimals(Math.max(Math.abs(low), Math.abs(high)), (high - low) / 2);
    return "[" + written("", low, decimals) + ", " + written("", high, decimals) + "]";
  }

  private static int decimals(double greatest, double finest) {
    int room = Math.max(0, USUAL - Math.max(0, order(greatest)));
    int needed = Math.abs(finest) < LEAST ? 0 : 1 - order(finest);
    return Math.max(room, Math.min(MOST, needed));
  }

  private static int order(double number) {
    return (int) Math.floor(Math.log10(Math.abs(number)));
  }

  private static String written(String flag, double number, int decimals) {
    return String.format(Locale.ROOT, "%" + flag + "." + decimals + "f", number);
  }
}
