package io.flexora.cli.result;

import java.nio.charset.Charset;

/** Signs that a terminal may be unable to show. */
final class Sign {

  private Sign() {}

  static String plusMinus() {
    return Charset.defaultCharset().newEncoder().canEncode('\u00b1') ? "\u00b1" : "+-";
  }
}
