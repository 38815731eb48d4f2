package io.flexora.jinja.method;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.NumberText;
import io.flexora.jinja.value.Numbers;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's format specifications, such as {@code >8}, {@code .2f} and {@code ,d}. */
final class FormatSpec {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<zero>0)?(?<width>\\d{1,4})?"
              + "(?<group>[,_])?(?:\\.(?<precision>\\d{1,3}))?(?<type>[a-zA-Z%])?",
          Pattern.DOTALL);

  private FormatSpec() {}

  static String format(Run run, Object value, String spec) {
    Matcher parts = SPEC.matcher(spec);
    if (!parts.matches()) {
      throw new JinjaException("the format '" + spec + "' is malformed");
    }
    if (spec.isEmpty()) {
      return PythonText.string(run, value);
    }
    boolean isNumber = value instanceof Long || value instanceof Double || value instanceof Boolean;
    String body = isNumber ? number(parts, value) : text(run, parts, value);
    return aligned(parts, body, isNumber);
  }

  private static String text(Run run, Matcher parts, Object value) {
    String type = parts.group("type");
    if ((type != null && !type.equals("s")) || parts.group("sign") != null) {
      throw new JinjaException(
          "the format '" + parts.group() + "' does not fit a " + PythonValues.typeName(value));
    }
    String text = PythonText.string(run, value);
    String precision = parts.group("precision");
    long length = text.codePointCount(0, text.length());
    return precision == null || Integer.parseInt(precision) >= length
        ? text
        : text.substring(0, text.offsetByCodePoints(0, Integer.parseInt(precision)));
  }

  private static String number(Matcher parts, Object value) {
    String type = parts.group("type");
    if (type == null && value instanceof Boolean && parts.group("precision") == null) {
      return number(parts, Numbers.plain(value));
    }
    Object plain = Numbers.plain(value);
    String kind = type == null ? (plain instanceof Long ? "d" : "") : type;
    String digits = digits(parts, plain, kind);
    boolean negative = digits.startsWith("-");
    String sign = parts.group("sign");
    String front = negative ? "-" : sign == null || sign.equals("-") ? "" : sign;
    return front + grouped(parts, negative ? digits.substring(1) : digits);
  }

  private static String digits(Matcher parts, Object value, String kind) {
    String given = parts.group("precision");
    int precision = given == null ? 6 : Integer.parseInt(given);
    double real = Numbers.real(value);
    if (Double.isNaN(real) || Double.isInfinite(real)) {
      return NumberText.of(value);
    }
    return switch (kind) {
      case "d", "n" -> integer(parts, value, 10);
      case "x" -> integer(parts, value, 16);
      case "X" -> integer(parts, value, 16).toUpperCase(Locale.ROOT);
      case "b" -> integer(parts, value, 2);
      case "o" -> integer(parts, value, 8);
      case "f", "F" -> fixed(real, precision);
      case "%" -> fixed(real * 100, precision) + "%";
      case "e", "E" -> exponent(real, precision, kind);
      case "g", "G" -> general(real, Math.max(1, precision), kind);
      case "" -> given == null ? NumberText.of(value) : general(real, Math.max(1, precision), "g");
      default ->
          throw new JinjaException(
              "the format '" + parts.group() + "' does not fit a " + PythonValues.typeName(value));
    };
  }

  private static String integer(Matcher parts, Object value, int radix) {
    if (value instanceof Long number) {
      return Long.toString(number, radix);
    }
    throw new JinjaException("the format '" + parts.group() + "' does not fit a float");
  }

  private static String fixed(double real, int precision) {
    String digits =
        new BigDecimal(real).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    boolean lostSign = (real < 0 || 1 / real < 0) && !digits.startsWith("-");
    return lostSign ? "-" + digits : digits;
  }

  private static String exponent(double real, int precision, String kind) {
    BigDecimal exact = new BigDecimal(real);
    BigDecimal rounded =
        real == 0
            ? BigDecimal.ZERO
            : exact.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    int exponent = real == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String mantissa = fixedScale(rounded.movePointLeft(exponent), precision);
    return "%s%s%c%02d".formatted(mantissa, kind, exponent < 0 ? '-' : '+', Math.abs(exponent));
  }

  private static String fixedScale(BigDecimal number, int precision) {
    return number.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String general(double real, int precision, String kind) {
    String scientific = exponent(real, precision - 1, kind.equals("G") ? "E" : "e");
    int at = scientific.toLowerCase(Locale.ROOT).indexOf('e');
    int exponent = Integer.parseInt(scientific.substring(at + 1).replace("+", ""));
    return exponent < -4 || exponent >= precision
        ? trimmed(scientific.substring(0, at)) + scientific.substring(at)
        : trimmed(fixed(real, precision - 1 - exponent));
  }

  private static String trimmed(String digits) {
    return digits.indexOf('.') < 0 ? digits : digits.replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  private static String grouped(Matcher parts, String digits) {
    String separator = parts.group("group");
    if (separator == null) {
      return digits;
    }
    int end = 0;
    while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    String whole = digits.substring(0, end).replaceAll("(?<=\\d)(?=(\\d{3})+$)", separator);
    return whole + digits.substring(end);
  }

  private static String aligned(Matcher parts, String body, boolean isNumber) {
    String width = parts.group("width");
    int missing =
        width == null ? 0 : Integer.parseInt(width) - body.codePointCount(0, body.length());
    if (missing <= 0) {
      return body;
    }
    boolean zero = parts.group("zero") != null;
    String fill = parts.group("fill") != null ? parts.group("fill") : zero ? "0" : " ";
    String align = parts.group("align");
    String side = align != null ? align : isNumber ? (zero ? "=" : ">") : "<";
    return switch (side) {
      case "<" -> body + fill.repeat(missing);
      case ">" -> fill.repeat(missing) + body;
      case "^" -> fill.repeat(missing / 2) + body + fill.repeat(missing - missing / 2);
      default -> afterSign(body, fill.repeat(missing));
    };
  }

  private static String afterSign(String body, String filling) {
    boolean signed = !body.isEmpty() && "+- ".indexOf(body.charAt(0)) >= 0;
    return signed ? body.charAt(0) + filling + body.substring(1) : filling + body;
  }
}
