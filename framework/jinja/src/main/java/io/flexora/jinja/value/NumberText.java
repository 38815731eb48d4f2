package io.flexora.jinja.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** Numbers as Python spells them. */
public final class NumberText {
  private static final List<RoundingMode> ROUNDINGS =
      List.of(RoundingMode.HALF_EVEN, RoundingMode.UP, RoundingMode.DOWN);

  private NumberText() {}

  /** The shortest decimals that read back as the same float. */
  public static String of(Object value) {
    if (value instanceof Long integer) {
      return Long.toString(integer);
    }
    double real = (Double) value;
    if (Double.isNaN(real)) {
      return "nan";
    }
    if (Double.isInfinite(real)) {
      return real > 0 ? "inf" : "-inf";
    }
    if (real == 0) {
      return 1 / real < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(real);
    int exponent = shortest.precision() - shortest.scale() - 1;
    return exponent < -4 || exponent >= 16
        ? scientific(shortest, exponent)
        : plain(shortest.toPlainString());
  }

  private static BigDecimal shortest(double real) {
    BigDecimal exact = new BigDecimal(real);
    for (int digits = 1; digits < 17; digits++) {
      // Next to a power of two only a decimal that is not the nearest may read back.
      for (RoundingMode mode : ROUNDINGS) {
        BigDecimal rounded = exact.round(new MathContext(digits, mode));
        if (rounded.doubleValue() == real) {
          return rounded.stripTrailingZeros();
        }
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  private static String plain(String digits) {
    return digits.indexOf('.') < 0 ? digits + ".0" : digits;
  }

  private static String scientific(BigDecimal number, int exponent) {
    String digits = number.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return "%s%c%se%c%02d"
        .formatted(
            number.signum() < 0 ? "-" : "",
            digits.charAt(0),
            fraction,
            exponent < 0 ? '-' : '+',
            Math.abs(exponent));
  }
}
