package io.flexora.formats.gguf;

import io.flexora.formats.number.Half;

/**
 * Blocks of 32 elements: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0. A block starts with its scale, in half
 * precision, and where there is one, its minimum. In four and five bits, a byte holds the low bits
 * of elements i and i + 16.
 */
final class SmallBlocks {

  private static final int ELEMENTS = 32;
  private static final int HALF = 16;

  private SmallBlocks() {}

  static void q8v0(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 34, out += ELEMENTS) {
      float scale = Half.value(from, in);
      for (int i = 0; i < ELEMENTS; i++) {
        to[out + i] = from[in + 2 + i] * scale;
      }
    }
  }

  static void q4v0(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 18, out += ELEMENTS) {
      float scale = Half.value(from, in);
      for (int i = 0; i < HALF; i++) {
        int pair = from[in + 2 + i];
        to[out + i] = scale * ((pair & 0xf) - 8);
        to[out + HALF + i] = scale * ((pair >> 4 & 0xf) - 8);
      }
    }
  }

  static void q4v1(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 20, out += ELEMENTS) {
      float scale = Half.value(from, in);
      float minimum = Half.value(from, in + 2);
      for (int i = 0; i < HALF; i++) {
        int pair = from[in + 4 + i];
        to[out + i] = scale * (pair & 0xf) + minimum;
        to[out + HALF + i] = scale * (pair >> 4 & 0xf) + minimum;
      }
    }
  }

  static void q5v0(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 22, out += ELEMENTS) {
      float scale = Half.value(from, in);
      int fifth = fifthBits(from, in + 2);
      for (int i = 0; i < HALF; i++) {
        int pair = from[in + 6 + i];
        to[out + i] = scale * (((pair & 0xf) | (fifth >> i & 1) << 4) - 16);
        to[out + HALF + i] = scale * (((pair >> 4 & 0xf) | (fifth >> (i + HALF) & 1) << 4) - 16);
      }
    }
  }

  static void q5v1(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 24, out += ELEMENTS) {
      float scale = Half.value(from, in);
      float minimum = Half.value(from, in + 2);
      int fifth = fifthBits(from, in + 4);
      for (int i = 0; i < HALF; i++) {
        int pair = from[in + 8 + i];
        to[out + i] = scale * ((pair & 0xf) | (fifth >> i & 1) << 4) + minimum;
        to[out + HALF + i] = scale * ((pair >> 4 & 0xf) | (fifth >> (i + HALF) & 1) << 4) + minimum;
      }
    }
  }

  private static int fifthBits(byte[] from, int at) {
    return (from[at] & 0xff)
        | (from[at + 1] & 0xff) << 8
        | (from[at + 2] & 0xff) << 16
        | from[at + 3] << 24;
  }
}
