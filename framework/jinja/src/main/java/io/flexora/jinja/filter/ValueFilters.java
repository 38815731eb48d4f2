package io.flexora.jinja.filter;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.method.Access;
import io.flexora.jinja.method.Operations;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.Numbers;
import io.flexora.jinja.value.PythonSpace;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.PythonValues;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Undefined;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters of numbers and of any value. */
final class ValueFilters {
  private static final Pattern NOT_FINITE =
      Pattern.compile("([+-]?)(?:nan|(inf(?:inity)?))", Pattern.CASE_INSENSITIVE);

  private ValueFilters() {}

  static void register(Map<String, Filter> filters) {
    filters.put("abs", ValueFilters::absolute);
    filters.put("default", ValueFilters::byDefault);
    filters.put("d", ValueFilters::byDefault);
    filters.put("float", ValueFilters::real);
    filters.put("int", ValueFilters::integer);
    filters.put("round", ValueFilters::rounded);
    filters.put("string", (run, v, a) -> PythonText.string(run, v));
    filters.put("safe", (run, v, a) -> PythonText.string(run, v));
    filters.put("attr", ValueFilters::attribute);
  }

  private static Object absolute(Run run, Object value, CallArguments arguments) {
    if (!PythonValues.isNumber(value)) {
      throw PythonValues.mismatch("abs", value, value);
    }
    return Numbers.real(value) < 0 ? Operations.negative(value) : Numbers.plain(value);
  }

  private static Object byDefault(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("default", 0, "default_value", "boolean");
    boolean missing =
        value instanceof Undefined || (bound.isTrue(1) && !PythonValues.isTrue(value));
    return missing ? bound.or(0, "") : value;
  }

  private static Object real(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("float", 0, "default");
    Double number = realOrNull(value);
    return number == null ? bound.or(0, 0.0) : number;
  }

  private static Double realOrNull(Object value) {
    if (PythonValues.isNumber(value)) {
      return Numbers.real(value);
    }
    if (value instanceof Undefined undefined) {
      undefined.use();
    }
    String digits = value instanceof String text ? PythonSpace.strip(text) : "";
    boolean plain = digits.matches("[+-]?(\\d++(_\\d++)*+(\\.\\d*+)?+|\\.\\d++)([eE][+-]?\\d++)?+");
    if (plain) {
      return Double.valueOf(digits.replace("_", ""));
    }
    Matcher name = NOT_FINITE.matcher(digits);
    if (!name.matches()) {
      return null;
    }
    double size = name.group(2) == null ? Double.NaN : Double.POSITIVE_INFINITY;
    return name.group(1).equals("-") ? -size : size;
  }

  private static Object integer(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("int", 0, "default", "base");
    int base = bound.integerOr(1, 10);
    if (value instanceof String text) {
      Long number = parsed(PythonSpace.strip(text), base);
      if (number != null) {
        return number;
      }
    } else if (value instanceof Long || value instanceof Boolean) {
      return Numbers.plain(value);
    }
    Double number = realOrNull(value);
    boolean fits = number != null && Math.abs(number) < 9e18;
    return fits ? (Object) number.longValue() : bound.or(0, 0L);
  }

  private static Long parsed(String digits, int base) {
    String body = digits.replaceFirst("^([+-]?)0[xXoObB]", "$1").replace("_", "");
    boolean prefixed = body.length() != digits.replace("_", "").length();
    try {
      return prefixed && base == 10 ? null : Long.valueOf(body, base);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Object rounded(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("round", 0, "precision", "method");
    if (!PythonValues.isNumber(value)) {
      throw PythonValues.mismatch("round", value, value);
    }
    int precision = Math.max(-30, Math.min(30, bound.integerOr(0, 0)));
    String method = bound.textOr(1, "common");
    double number = Numbers.real(value);
    double shift = Math.pow(10, precision);
    return switch (method) {
      case "ceil" -> Math.ceil(number * shift) / shift;
      case "floor" -> Math.floor(number * shift) / shift;
      case "common" ->
          value instanceof Double real
              ? new BigDecimal(real).setScale(precision, RoundingMode.HALF_EVEN).doubleValue()
              : roundedInteger((Long) Numbers.plain(value), precision);
      default ->
          throw new JinjaException("'round' knows common, ceil and floor, not '" + method + "'");
    };
  }

  private static Object roundedInteger(long value, int precision) {
    return precision >= 0
        ? value
        : BigDecimal.valueOf(value).setScale(precision, RoundingMode.HALF_EVEN).longValue();
  }

  private static Object attribute(Run run, Object value, CallArguments arguments) {
    String name = arguments.bind("attr", 1, "name").text(0);
    return value instanceof Map
        ? Undefined.of("dict has no attribute '" + name + "'", run.options().strict())
        : Access.attribute(run, value, name);
  }
}
