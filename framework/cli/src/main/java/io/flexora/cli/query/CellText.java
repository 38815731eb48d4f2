package io.flexora.cli.query;

import io.flexora.cli.output.JsonLine;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;

/** A value of a row as a text. */
final class CellText {

  private static final MathContext DIGITS = new MathContext(6);

  private CellText() {}

  /** All of it; lists and maps as JSON, NULL as nothing. */
  static String exact(Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof List || value instanceof Map ? JsonLine.of(value) : value.toString();
  }

  /** On one line; numbers with six digits. */
  static String forPeople(Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return rounded(number);
    }
    return exact(value).replaceAll("\\p{Cntrl}+", " ");
  }

  private static String rounded(double number) {
    double shown = new BigDecimal(number).round(DIGITS).doubleValue();
    return shown == Math.rint(shown) && Math.abs(shown) < 1e15
        ? String.valueOf((long) shown)
        : String.valueOf(shown);
  }
}
