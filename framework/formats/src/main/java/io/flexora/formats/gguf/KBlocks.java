package io.flexora.formats.gguf;

import io.flexora.formats.number.Half;

/**
 * Blocks of 256 elements with scales of their own for every 16 or 32 of them: Q2_K to Q6_K. The
 * layouts are those of ggml's {@code ggml-quants.c}; products are rounded in its order.
 */
final class KBlocks {

  private static final int ELEMENTS = 256;

  private KBlocks() {}

  /** 16 bytes of scales (low four bits) and minima (high), 64 bytes of elements, scale, minimum. */
  static void q2(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 84, out += ELEMENTS) {
      float scale = Half.value(from, in + 80);
      float minimum = Half.value(from, in + 82);
      for (int group = 0; group < 16; group++) {
        int scales = from[in + group];
        float groupScale = scale * (scales & 0xf);
        float groupMinimum = minimum * (scales >> 4 & 0xf);
        int bytes = in + 16 + 32 * (group / 8) + 16 * (group % 2);
        int shift = 2 * (group / 2 % 4);
        for (int i = 0; i < 16; i++) {
          to[out + 16 * group + i] = groupScale * (from[bytes + i] >> shift & 3) - groupMinimum;
        }
      }
    }
  }

  /** 32 bytes of third bits, 64 bytes of low bits, 12 bytes of scales, scale. */
  static void q3(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 110, out += ELEMENTS) {
      float scale = Half.value(from, in + 108);
      for (int group = 0; group < 16; group++) {
        float groupScale = scale * (scaleOfQ3(from, in + 96, group) - 32);
        int high = in + 16 * (group % 2);
        int low = high + 32 + 32 * (group / 8);
        int shift = 2 * (group / 2 % 4);
        int highShift = group / 2;
        for (int i = 0; i < 16; i++) {
          int value = from[low + i] >> shift & 3;
          int offset = 4 - 4 * (from[high + i] >> highShift & 1);
          to[out + 16 * group + i] = groupScale * (value - offset);
        }
      }
    }
  }

  /** The scale of a group of Q3_K: low four bits in eight bytes, high two bits in four more. */
  private static int scaleOfQ3(byte[] from, int at, int group) {
    int low = from[at + group % 8] >> (4 * (group / 8)) & 0xf;
    int high = from[at + 8 + group % 4] >> (2 * (group / 4)) & 3;
    return low | (high << 4);
  }

  /** Scale, minimum, 12 bytes of scales and minima, 128 bytes of elements. */
  static void q4(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 144, out += ELEMENTS) {
      float scale = Half.value(from, in);
      float minimum = Half.value(from, in + 2);
      for (int group = 0; group < 8; group++) {
        float groupScale = scale * scaleOfSix(from, in + 4, group);
        float groupMinimum = minimum * minimumOfSix(from, in + 4, group);
        int low = in + 16 + 32 * (group / 2);
        int shift = 4 * (group % 2);
        for (int i = 0; i < 32; i++) {
          to[out + 32 * group + i] = groupScale * (from[low + i] >> shift & 0xf) - groupMinimum;
        }
      }
    }
  }

  /** Scale, minimum, 12 bytes of scales and minima, 32 bytes of fifth bits, 128 of low bits. */
  static void q5(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 176, out += ELEMENTS) {
      float scale = Half.value(from, in);
      float minimum = Half.value(from, in + 2);
      for (int group = 0; group < 8; group++) {
        float groupScale = scale * scaleOfSix(from, in + 4, group);
        float groupMinimum = minimum * minimumOfSix(from, in + 4, group);
        int high = in + 16;
        int low = in + 48 + 32 * (group / 2);
        int shift = 4 * (group % 2);
        for (int i = 0; i < 32; i++) {
          int value = (from[low + i] >> shift & 0xf) | (from[high + i] >> group & 1) << 4;
          to[out + 32 * group + i] = groupScale * value - groupMinimum;
        }
      }
    }
  }

  /** 128 bytes of low bits, 64 bytes of high bits, 16 bytes of scales, scale. */
  static void q6(byte[] from, int blocks, float[] to, int at) {
    for (int b = 0, in = 0, out = at; b < blocks; b++, in += 210, out += ELEMENTS) {
      float scale = Half.value(from, in + 208);
      for (int group = 0; group < 16; group++) {
        float groupScale = scale * from[in + 192 + group];
        int within = 16 * (group % 2);
        int low = in + within + 64 * (group / 8) + 32 * (group / 2 % 2);
        int high = in + 128 + within + 32 * (group / 8);
        int shift = 4 * (group / 4 % 2);
        int highShift = 2 * (group / 2 % 4);
        for (int i = 0; i < 16; i++) {
          int value = (from[low + i] >> shift & 0xf) | (from[high + i] >> highShift & 3) << 4;
          to[out + 16 * group + i] = groupScale * (value - 32);
        }
      }
    }
  }

  /** The scale of a group of Q4_K or Q5_K, six bits out of 12 bytes. */
  private static int scaleOfSix(byte[] from, int at, int group) {
    return group < 4
        ? from[at + group] & 0x3f
        : (from[at + 4 + group] & 0xf) | (from[at + group - 4] >> 2 & 0x30);
  }

  /** The minimum of a group of Q4_K or Q5_K, six bits out of 12 bytes. */
  private static int minimumOfSix(byte[] from, int at, int group) {
    return group < 4
        ? from[at + 4 + group] & 0x3f
        : (from[at + 4 + group] >> 4 & 0xf) | (from[at + group] >> 2 & 0x30);
  }
}
