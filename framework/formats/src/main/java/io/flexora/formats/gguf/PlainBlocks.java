package io.flexora.formats.gguf;

import io.flexora.formats.number.Half;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Elements that are not quantised. */
final class PlainBlocks {

  private PlainBlocks() {}

  static void f32(byte[] from, int count, float[] to, int at) {
    ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(to, at, count);
  }

  static void f16(byte[] from, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Half.value(from, 2 * i);
    }
  }

  static void bf16(byte[] from, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Float.intBitsToFloat((from[2 * i] & 0xff) << 16 | from[2 * i + 1] << 24);
    }
  }
}
