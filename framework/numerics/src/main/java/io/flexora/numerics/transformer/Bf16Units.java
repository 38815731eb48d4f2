package io.flexora.numerics.transformer;

import ai.djl.Device;
import java.nio.file.Path;

/**
 * Tells whether a device multiplies bf16 matrices in hardware. Where it does not, bf16 is emulated
 * and slower; where it does, it may be faster than float32 or not: with AMX several times, with
 * {@code avx512_bf16} alone between half and twice as fast. {@link LinearSpeed} tells.
 *
 * @since 0.1
 */
public final class Bf16Units {
  private Bf16Units() {}

  /** Whether a device has them. */
  public static boolean present(Device device) {
    return device.isGpu() || in(Processor.DESCRIPTION);
  }

  /** Whether the processor described by a file such as {@code /proc/cpuinfo} does. */
  static boolean in(Path description) {
    return Processor.line(description, "flags")
        .filter(line -> line.matches(".*\\b(avx512_bf16|amx_bf16)\\b.*"))
        .isPresent();
  }
}
