package io.flexora.formats.gguf;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.number.Half;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Turns numbers into blocks, bit for bit as ggml's reference does. */
@FunctionalInterface
interface BlockQuantiser {

  int CHUNK_ELEMENTS = 1 << 15;

  /** Turns the first {@code count} numbers into blocks. */
  void write(float[] values, int count, ByteBuffer to) throws Unfit;

  /** A number that the type cannot hold. */
  final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(float value) {
      super(Float.toString(value));
    }
  }

  static Optional<BlockQuantiser> of(GgufType type) {
    return Optional.ofNullable(
        switch (type) {
          case F32 -> BlockQuantiser::f32;
          case F16 -> BlockQuantiser::f16;
          case BF16 -> BlockQuantiser::bf16;
          case Q8_0 -> BlockQuantiser::q8v0;
          default -> null;
        });
  }

  /** Writes all elements of a tensor, a chunk at a time. */
  default void writeAll(
      String name, GgufType type, long size, NewTensor.ElementSource elements, OutputStream out)
      throws IOException {
    float[] values = new float[(int) Math.min(CHUNK_ELEMENTS, size)];
    int bytes = values.length / type.blockElements() * type.blockBytes();
    ByteBuffer chunk = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < size; at += CHUNK_ELEMENTS) {
      int n = (int) Math.min(CHUNK_ELEMENTS, size - at);
      elements.read(at, values, n);
      try {
        write(values, n, chunk.clear());
      } catch (Unfit e) {
        throw new FlexoraException(
            "tensor '"
                + name
                + "' has the value "
                + e.getMessage()
                + ", which the type "
                + type
                + " cannot hold; write the type BF16 or F32",
            e);
      }
      out.write(chunk.array(), 0, chunk.position());
    }
  }

  private static void f32(float[] values, int count, ByteBuffer to) {
    to.asFloatBuffer().put(values, 0, count);
    to.position(to.position() + count * Float.BYTES);
  }

  private static void f16(float[] values, int count, ByteBuffer to) throws Unfit {
    for (int i = 0; i < count; i++) {
      to.putShort(finiteHalf(values[i], values[i]));
    }
  }

  private static void bf16(float[] values, int count, ByteBuffer to) {
    for (int i = 0; i < count; i++) {
      to.putShort(Bfloat16.bits(values[i]));
    }
  }

  /** {@code quantize_row_q8_0_ref} of ggml: eight bits and a scale for every 32 numbers. */
  private static void q8v0(float[] values, int count, ByteBuffer to) throws Unfit {
    for (int block = 0; block < count; block += 32) {
      float greatest = 0;
      for (int i = block; i < block + 32; i++) {
        greatest = Math.max(greatest, Math.abs(values[i]));
      }
      float scale = greatest / 127;
      float inverse = scale == 0 ? 0 : 1 / scale;
      to.putShort(finiteHalf(scale, greatest));
      for (int i = block; i < block + 32; i++) {
        to.put((byte) rounded(values[i] * inverse));
      }
    }
  }

  /** Rounds half away from zero, as C's {@code roundf}. */
  private static int rounded(float value) {
    float magnitude = Math.min(Math.abs(value), 127);
    int below = (int) magnitude;
    int nearest = magnitude - below >= 0.5f ? below + 1 : below;
    return value < 0 ? -nearest : nearest;
  }

  private static short finiteHalf(float value, float shown) throws Unfit {
    short half = Half.bits(value);
    if ((half & 0x7c00) == 0x7c00) {
      throw new Unfit(shown);
    }
    return half;
  }
}
