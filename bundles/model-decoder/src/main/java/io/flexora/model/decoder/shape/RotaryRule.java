package io.flexora.model.decoder.shape;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a family makes of the rotary keys of a {@code config.json}.
 *
 * @param baseKey the older key of the base
 * @param base the base where nothing is said
 * @param part the part of a head that turns where nothing is said; empty if it is always the whole
 * @param firstPositions where LongRoPE is read, the positions that the model was first trained on
 *     where nothing is said
 */
public record RotaryRule(
    String baseKey, double base, OptionalDouble part, OptionalInt firstPositions) {

  /** Whole heads turn, by a base of 10000 where nothing is said. */
  public static final RotaryRule PLAIN =
      new RotaryRule("rope_theta", 10_000, OptionalDouble.empty(), OptionalInt.empty());

  /** The same with another base where nothing is said. */
  public RotaryRule withBase(String key, double absent) {
    return new RotaryRule(key, absent, part, firstPositions);
  }

  /** The same for a part of a head. */
  public RotaryRule withPart(double absent) {
    return new RotaryRule(baseKey, base, OptionalDouble.of(absent), firstPositions);
  }

  /** The same with LongRoPE. */
  public RotaryRule withLongRope(int absent) {
    return new RotaryRule(baseKey, base, part, OptionalInt.of(absent));
  }

  boolean longRope() {
    return firstPositions.isPresent();
  }
}
