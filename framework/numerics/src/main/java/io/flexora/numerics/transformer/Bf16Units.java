package io.flexora.numerics.transformer;

import ai.djl.Device;
import java.nio.file.Path;

/**
 * Tells whether a device multiplies bf16 matrices in hardware. Where it does, a training step of
 * bge-small-en-v1.5 in bf16 took about half the time of float32, and a Hessian product too; where
 * it does not, bf16 is emulated and slower.
 *
 * @since 0.1
 */
public final class Bf16Units {
  private Bf16Units() {}

  /** Whether a training step in bf16 is faster than one in float32 on a device. */
  public static boolean pay(Device device) {
    return device.isGpu() || in(Processor.DESCRIPTION);
  }

  /** Whether the processor described by a file such as {@code /proc/cpuinfo} does. */
  static boolean in(Path description) {
    return Processor.line(description, "flags")
        .filter(line -> line.matches(".*\\b(avx512_bf16|amx_bf16)\\b.*"))
        .isPresent();
  }
}
