package io.flexora.report.table;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.results.report.VerdictDecimals;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers of a table, in math where they have a sign; a dash where a number is unknown. */
final class LatexNumber {

  static final String NONE = "--";

  private LatexNumber() {}

  static boolean known(OptionalDouble number) {
    return number.isPresent() && Double.isFinite(number.getAsDouble());
  }

  static String fixed(OptionalDouble number, int decimals) {
    return known(number) ? "$" + text(number.getAsDouble(), decimals) + "$" : NONE;
  }

  static String signed(OptionalDouble number, int decimals) {
    boolean plus = known(number) && number.getAsDouble() > 0;
    return plus ? "$+" + fixed(number, decimals).substring(1) : fixed(number, decimals);
  }

  /** An interval, as {@code [low, high]}. */
  static String interval(ConfidenceInterval ends, int decimals) {
    return Double.isFinite(ends.low()) && Double.isFinite(ends.high())
        ? "$[%s, %s]$".formatted(text(ends.low(), decimals), text(ends.high(), decimals))
        : NONE;
  }

  /** A whole number with thin spaces between thousands. */
  static String count(OptionalDouble number) {
    return known(number)
        ? "$"
            + String.format(Locale.ROOT, "%,d", Math.round(number.getAsDouble()))
                .replace(",", "\\,")
            + "$"
        : NONE;
  }

  /** A number above 0 that somebody wrote, with all its decimals. */
  static String written(OptionalDouble number) {
    return !known(number) || number.getAsDouble() == Math.rint(number.getAsDouble())
        ? count(number)
        : "$" + new BigDecimal(Double.toString(number.getAsDouble())).toPlainString() + "$";
  }

  /** A p-value: three decimals, more just below the level, and what lies below them as a bound. */
  static String probability(OptionalDouble p) {
    return known(p) && p.getAsDouble() < 0.001
        ? "$<0.001$"
        : fixed(p, VerdictDecimals.ofPValue(p.orElse(1)));
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
