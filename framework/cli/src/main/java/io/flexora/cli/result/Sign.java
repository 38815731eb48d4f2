package io.flexora.cli.result;

import java.nio.charset.Charset;

/** Signs that a terminal may be unable to show. */
final class Sign {

  private Sign() {}

  static String plusMinus() {
    return shown('\u00b1') ? "\u00b1" : "+-";
  }

  static String dagger() {
    return shown('\u2020') ? "\u2020" : "*";
  }

  private static boolean shown(char sign) {
    return Charset.defaultCharset().newEncoder().canEncode(sign);
  }
}
