package io.flexora.transformers.rotary;

import io.flexora.transformers.config.Keys;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The rule by which a family reads the rotary keys of a {@code config.json}.
 *
 * @param baseKey the older key of the base
 * @param base the base where nothing is said
 * @param partKey the older key of the part of a head that turns
 * @param part the part of a head that turns where nothing is said; empty if it is always the whole
 * @param firstPositions where LongRoPE is read, the positions that the model was first trained on
 *     where nothing is said
 * @since 0.1
 */
public record RotaryRule(
    String baseKey, double base, String partKey, OptionalDouble part, OptionalInt firstPositions) {

  private static final double MOST_BASE = 1e12;

  /** The key of the part of a head that turns. */
  static final String PART = "partial_rotary_factor";

  /** Whole heads turn, by a base of 10000 where nothing is said. */
  public static final RotaryRule PLAIN =
      new RotaryRule("rope_theta", 10_000, PART, OptionalDouble.empty(), OptionalInt.empty());

  /** The same with another base where nothing is said. */
  public RotaryRule withBase(String key, double absent) {
    return new RotaryRule(key, absent, partKey, part, firstPositions);
  }

  /** The same for a part of a head. */
  public RotaryRule withPart(double absent) {
    return withPart(PART, absent);
  }

  /** The same for a part of a head, under another older key. */
  public RotaryRule withPart(String key, double absent) {
    return new RotaryRule(baseKey, base, key, OptionalDouble.of(absent), firstPositions);
  }

  /** The same with LongRoPE. */
  public RotaryRule withLongRope(int absent) {
    return new RotaryRule(baseKey, base, partKey, part, OptionalInt.of(absent));
  }

  /**
   * Refuses a base by which nothing turns, or by which float32 cannot tell a part from one that
   * stands still.
   */
  public static double requireBase(Keys keys, String key, double base) {
    if (!(base > 1 && base <= MOST_BASE)) {
      throw keys.wrong(key, base, "a number above 1, and 1e12 at most");
    }
    return base;
  }

  boolean longRope() {
    return firstPositions.isPresent();
  }
}
