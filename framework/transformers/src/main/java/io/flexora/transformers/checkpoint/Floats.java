package io.flexora.transformers.checkpoint;

import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.number.Half;
import java.nio.ByteBuffer;

/**
 * Raw numbers as floats.
 *
 * @since 0.1
 */
public final class Floats {
  private Floats() {}

  /** Turns what remains of a little-endian buffer into floats, from the target's start on. */
  public static void of(StoredType type, ByteBuffer raw, float[] target) {
    int count = raw.remaining() / type.bytes();
    switch (type) {
      case F32 -> raw.asFloatBuffer().get(target, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Half.value(raw.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Bfloat16.value(raw.getShort());
        }
      }
    }
  }
}
