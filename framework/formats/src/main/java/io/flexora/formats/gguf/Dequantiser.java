package io.flexora.formats.gguf;

import io.flexora.formats.number.Half;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Turns blocks into numbers, bit for bit as ggml's reference does. */
@FunctionalInterface
interface Dequantiser {

  /**
   * Turns one block or, of a type that is not quantised, one element after the other into numbers.
   *
   * @param from holds the blocks from its start on
   * @param to takes the numbers
   * @param at the index of the first number in {@code to}
   */
  void read(byte[] from, int blocks, float[] to, int at);

  static Optional<Dequantiser> of(GgufType type) {
    return Optional.ofNullable(
        switch (type) {
          case F32 -> Dequantiser::f32;
          case F16 -> Dequantiser::f16;
          case BF16 -> Dequantiser::bf16;
          case Q8_0 -> SmallBlocks::q8v0;
          case Q4_0 -> SmallBlocks::q4v0;
          case Q4_1 -> SmallBlocks::q4v1;
          case Q5_0 -> SmallBlocks::q5v0;
          case Q5_1 -> SmallBlocks::q5v1;
          case Q2_K -> KBlocks::q2;
          case Q3_K -> KBlocks::q3;
          case Q4_K -> KBlocks::q4;
          case Q5_K -> KBlocks::q5;
          case Q6_K -> KBlocks::q6;
          default -> null;
        });
  }

  private static void f32(byte[] from, int count, float[] to, int at) {
    ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(to, at, count);
  }

  private static void f16(byte[] from, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Half.value(from, 2 * i);
    }
  }

  private static void bf16(byte[] from, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Float.intBitsToFloat((from[2 * i] & 0xff) << 16 | from[2 * i + 1] << 24);
    }
  }
}
