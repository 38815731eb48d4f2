package io.flexora.jinja.value;

import io.flexora.jinja.dialect.JinjaException;
import java.math.BigDecimal;

/** Arithmetic on Python's integers (here of 64 bits), floats and booleans. */
public final class Numbers {
  private Numbers() {}

  static boolean isNaN(Object value) {
    return value instanceof Double number && number.isNaN();
  }

  public static double real(Object value) {
    return value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).doubleValue();
  }

  /** A boolean as an integer, any other number as it is. */
  public static Object plain(Object value) {
    return value instanceof Boolean truth ? Long.valueOf(truth ? 1 : 0) : value;
  }

  static int compare(Object a, Object b) {
    Object x = plain(a);
    Object y = plain(b);
    if (x instanceof Long i && y instanceof Long j) {
      return Long.compare(i, j);
    }
    double u = real(x);
    double v = real(y);
    if (Double.isNaN(u) || Double.isNaN(v) || Double.isInfinite(u) || Double.isInfinite(v)) {
      return Double.compare(u, v);
    }
    return exact(x).compareTo(exact(y));
  }

  private static BigDecimal exact(Object value) {
    return value instanceof Long number
        ? BigDecimal.valueOf(number)
        : new BigDecimal((Double) value);
  }

  public static Object apply(String operator, Object a, Object b) {
    Object x = plain(a);
    Object y = plain(b);
    try {
      if (x instanceof Long i && y instanceof Long j) {
        return integers(operator, i, j);
      }
      return reals(operator, real(x), real(y));
    } catch (ArithmeticException e) {
      throw new JinjaException(
          "%s %s %s: %s"
              .formatted(
                  NumberText.of(x),
                  operator,
                  NumberText.of(y),
                  e.getMessage().contains("zero")
                      ? "division by zero"
                      : "the integer is too large"));
    }
  }

  private static Object integers(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "/" -> divided((double) a, (double) b);
      case "//" -> floor(a, b);
      case "%" -> Math.floorMod(a, b);
      default -> b < 0 ? raised((double) a, (double) b) : (Object) power(a, b);
    };
  }

  private static long floor(long a, long b) {
    if (a == Long.MIN_VALUE && b == -1) {
      throw new ArithmeticException("overflow");
    }
    return Math.floorDiv(a, b);
  }

  private static long power(long base, long exponent) {
    if (base == 0 || base == 1 || base == -1) {
      return exponent == 0 ? 1 : base == -1 && exponent % 2 == 0 ? 1 : base;
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static Object reals(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> divided(a, b);
      case "//" -> floor(a, b);
      case "%" -> modulo(a, b);
      default -> raised(a, b);
    };
  }

  /** Python's: the quotient without the remainder, which rounding cannot move to the next one. */
  private static double floor(double a, double b) {
    return b == 0 ? divided(a, b) : Math.rint((a - modulo(a, b)) / b);
  }

  private static double raised(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw new ArithmeticException("zero");
    }
    return Math.pow(base, exponent);
  }

  private static double divided(double a, double b) {
    if (b == 0) {
      throw new ArithmeticException("zero");
    }
    return a / b;
  }

  private static double modulo(double a, double b) {
    if (b == 0) {
      throw new ArithmeticException("zero");
    }
    double rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }
}
