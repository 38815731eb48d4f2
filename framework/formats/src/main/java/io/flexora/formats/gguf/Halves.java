package io.flexora.formats.gguf;

/** Numbers in IEEE half precision. */
final class Halves {

  private static final float TWO_TO_112 = 0x1p112f;

  private Halves() {}

  /** The value of a half-precision number, exactly. */
  static float value(byte[] from, int at) {
    int bits = (from[at] & 0xff) | from[at + 1] << 8;
    int magnitude = bits & 0x7fff;
    int sign = bits & 0x80000000;
    if (magnitude >= 0x7c00) {
      return Float.intBitsToFloat(sign | 0x7f800000 | magnitude << 13);
    }
    // Exponents differ by 112 in their bias; the product is exact, also where the half is
    // subnormal.
    float value = Float.intBitsToFloat(magnitude << 13) * TWO_TO_112;
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(value));
  }
}
