package io.flexora.formats.number;

/**
 * The upper halves of IEEE single precision numbers.
 *
 * @since 0.1
 */
public final class Bfloat16 {

  private Bfloat16() {}

  /** The value of a number, exactly. */
  public static float value(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest number, of two the even one. A number that is none stays one. */
  public static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      return (short) (bits >> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }
}
