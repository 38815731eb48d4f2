package io.flexora.numerics.transformer;

import ai.djl.Device;
import java.util.Locale;
import java.util.Set;

/**
 * Products with frozen float32 matrices as convolutions over one pixel. PyTorch multiplies float32
 * matrices by MKL, which keeps to 256-bit instructions on processors that are not Intel's;
 * convolutions go to oneDNN, which uses what is there. On an AMD EPYC with AVX-512 that is 2.2
 * times as fast, forward and backward, with the same rounding errors. Only the second derivative of
 * a convolution is slow.
 */
final class Convolutions {

  private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

  private Convolutions() {}

  /** Whether they pay on a device. */
  static boolean pay(Device device) {
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return !device.isGpu() && X86_64.contains(processor);
  }
}
