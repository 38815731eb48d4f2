package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode.Scalar;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A {@code double}, as people write it: {@code 0.1}, {@code 1e-4}, {@code 2E-05}. NaN and infinity
 * are refused, and numbers that would become 0 or infinity.
 *
 * @param bounds the numbers accepted
 * @since 0.1
 */
public record RealNumber(Bounds bounds) implements OptionType.Word {

  private static final String WHOLE = "(0|[1-9][0-9]*)";
  private static final String NUMBER =
      "[+-]?(" + WHOLE + "(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?";
  private static final int LONGEST = 60;
  private static final int LARGEST_EXPONENT = 40;

  @Override
  public String name() {
    return "number";
  }

  @Override
  public String accepted() {
    return ("a number " + bounds).strip();
  }

  @Override
  public Optional<Object> read(Scalar scalar) {
    if (!scalar.plain() || !isNumber(scalar.text())) {
      return Optional.empty();
    }
    double value = Double.parseDouble(scalar.text());
    return fits(scalar.text(), value) && bounds.contains(value)
        ? Optional.of(value)
        : Optional.empty();
  }

  @Override
  public String hint(Scalar scalar) {
    String text = scalar.text();
    if (isNumber(text)) {
      if (!scalar.plain()) {
        return "; take the quotes away";
      }
      return fits(text, Double.parseDouble(text)) ? "" : "; the number does not fit into 64 bits";
    }
    if (text.matches("(?i)[+-]?\\.?(nan|inf|infinity)")) {
      return "; NaN and infinity are not accepted";
    }
    return simplified(text).map(n -> "; write " + n.toPlainString()).orElse("");
  }

  /** The number in a spelling that is not accepted, such as {@code 1_000} or {@code 010}. */
  static Optional<BigDecimal> simplified(String text) {
    String simple =
        text.replaceAll("(?<=[0-9])_(?=[0-9])", "")
            .replaceFirst("^([+-]?)0+(?=[0-9])", "$1")
            .replaceFirst("^([+-]?[0-9]+),([0-9]{1,2})$", "$1.$2");
    if (!isNumber(simple)) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(simple);
    boolean handy = Math.abs((long) number.scale()) <= LARGEST_EXPONENT;
    return handy ? Optional.of(number) : Optional.empty();
  }

  private static boolean isNumber(String text) {
    return text.length() <= LONGEST
        && text.matches(NUMBER)
        && !text.matches(".*[eE][+-]?[0-9]{6,}");
  }

  private static boolean fits(String text, double value) {
    boolean vanished = value == 0 && text.replaceAll("[eE].*", "").matches(".*[1-9].*");
    return Double.isFinite(value) && !vanished;
  }
}
