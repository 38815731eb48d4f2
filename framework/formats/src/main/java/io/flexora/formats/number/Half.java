package io.flexora.formats.number;

/**
 * Numbers in IEEE half precision.
 *
 * @since 0.1
 */
public final class Half {

  private static final int INFINITY = 0x7c00;
  private static final int FLOAT_INFINITY = 0x7f800000;

  private Half() {}

  /** The value of a half-precision number, exactly. */
  public static float value(short half) {
    int magnitude = half & 0x7fff;
    int sign = half & 0x80000000;
    if (magnitude >= INFINITY) {
      return Float.intBitsToFloat(sign | FLOAT_INFINITY | magnitude << 13);
    }
    // Exponents differ by 112 in their bias; the product is exact, also where the half is
    // subnormal.
    float value = Float.intBitsToFloat(magnitude << 13) * 0x1p112f;
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(value));
  }

  /** The value of a half-precision number whose bytes are little-endian, exactly. */
  public static float value(byte[] from, int at) {
    return value((short) ((from[at] & 0xff) | from[at + 1] << 8));
  }

  /**
   * The nearest half-precision number, of two the even one; infinite from 65520 on. A number that
   * is none stays one.
   */
  public static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > FLOAT_INFINITY) {
      return (short) (sign | INFINITY | 0x200 | (magnitude >> 13 & 0x3ff));
    }
    if (magnitude >= 0x47800000) {
      return (short) (sign | INFINITY);
    }
    if (magnitude < 0x38800000) {
      // Adding 0.5 leaves the multiples of 2^-24 in the low bits, rounded by the processor.
      float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(aligned) - 0x3f000000));
    }
    int rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
    return (short) (sign | (rounded - (112 << 23)) >> 13);
  }
}
