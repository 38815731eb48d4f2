package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * An {@code int} or {@code long}: decimal digits only, so that nothing is cut or guessed.
 *
 * @param isLong whether it has 64 bits rather than 32
 * @param bounds the numbers accepted
 * @since 0.1
 */
public record WholeNumber(boolean isLong, Bounds bounds) implements OptionType.Word {

  private static final String DIGITS = "[+-]?(0|[1-9][0-9]*)";
  private static final int LONGEST = 40;

  @Override
  public String name() {
    return "whole number";
  }

  @Override
  public String accepted() {
    return ("a whole number " + bounds).strip();
  }

  @Override
  public Optional<Object> read(Scalar scalar) {
    String text = scalar.text();
    if (!scalar.plain() || text.length() > LONGEST || !text.matches(DIGITS)) {
      return Optional.empty();
    }
    BigInteger number = new BigInteger(text);
    if (!fits(number) || !bounds.contains(number.doubleValue())) {
      return Optional.empty();
    }
    return isLong ? Optional.of(number.longValue()) : Optional.of(number.intValue());
  }

  @Override
  public String hint(Scalar scalar) {
    String text = scalar.text();
    if (text.length() < LONGEST && text.matches(DIGITS)) {
      if (!scalar.plain()) {
        return "; take the quotes away";
      }
      return fits(new BigInteger(text)) ? "" : tooLarge();
    }
    return RealNumber.simplified(text).flatMap(WholeNumber::exact).map(this::spelling).orElse("");
  }

  /** What to write in place of another spelling of a number, if that is accepted. */
  private String spelling(BigInteger number) {
    if (!fits(number)) {
      return tooLarge();
    }
    return bounds.contains(number.doubleValue()) ? "; write " + number : "";
  }

  private boolean fits(BigInteger number) {
    return number.bitLength() <= longestBits();
  }

  private String tooLarge() {
    return "; the number does not fit into " + (longestBits() + 1) + " bits";
  }

  private int longestBits() {
    return isLong ? Long.SIZE - 1 : Integer.SIZE - 1;
  }

  private static Optional<BigInteger> exact(BigDecimal number) {
    boolean fraction = number.stripTrailingZeros().scale() > 0;
    return fraction ? Optional.empty() : Optional.of(number.toBigInteger());
  }
}
