package io.flexora.numerics.transformer;

import ai.djl.Device;

/**
 * The test of whether a device multiplies bf16 matrices in hardware. Where it does not, bf16 is
 * emulated and slower; where it does, it may be faster than float32 or not: with AMX several times,
 * with {@code avx512_bf16} alone between half and twice as fast. {@link LinearSpeed} tells.
 *
 * @since 0.1
 */
public final class Bf16Units {
  private Bf16Units() {}

  /** Whether a device has them. */
  public static boolean present(Device device) {
    return device.isGpu() || has(Processor.ofThisMachine());
  }

  /** Whether a processor does. */
  static boolean has(Processor processor) {
    return processor.flags().matches(".*\\b(avx512_bf16|amx_bf16)\\b.*");
  }
}
