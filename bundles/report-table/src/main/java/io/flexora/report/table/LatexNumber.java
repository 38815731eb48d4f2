package io.flexora.report.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Numbers of a table, in math where they have a sign; a dash where a number is unknown. */
final class LatexNumber {

  static final String NONE = "--";

  private LatexNumber() {}

  static boolean known(JsonNode number) {
    return number.isNumber() && Double.isFinite(number.asDouble());
  }

  static String fixed(JsonNode number, int decimals) {
    return known(number) ? "$" + text(number.asDouble(), decimals) + "$" : NONE;
  }

  static String signed(JsonNode number, int decimals) {
    boolean plus = known(number) && number.asDouble() > 0;
    return plus ? "$+" + fixed(number, decimals).substring(1) : fixed(number, decimals);
  }

  /** An interval, as {@code [low, high]}. */
  static String interval(JsonNode ends, int decimals) {
    return known(ends.path(0)) && known(ends.path(1))
        ? "$[%s, %s]$"
            .formatted(
                text(ends.get(0).asDouble(), decimals), text(ends.get(1).asDouble(), decimals))
        : NONE;
  }

  /** A whole number with thin spaces between thousands. */
  static String count(JsonNode number) {
    return known(number)
        ? "$"
            + String.format(Locale.ROOT, "%,d", Math.round(number.asDouble())).replace(",", "\\,")
            + "$"
        : NONE;
  }

  /** A p-value: three decimals, and what lies below as a bound. */
  static String probability(JsonNode p) {
    return known(p) && p.asDouble() < 0.001 ? "$<0.001$" : fixed(p, 3);
  }

  /** How many decimals show numbers that vary so much: two digits of the deviation. */
  static int decimals(double deviation) {
    return deviation > 0
        ? Math.min(6, Math.max(1, 1 - (int) Math.floor(Math.log10(deviation))))
        : 3;
  }

  private static String text(double number, int decimals) {
    String text = String.format(Locale.ROOT, "%." + decimals + "f", number);
    return text.matches("-[0.]+") ? text.substring(1) : text;
  }
}
