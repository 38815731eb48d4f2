package io.flexora.numerics.transformer;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Products with frozen float32 matrices as convolutions over one pixel. PyTorch multiplies float32
 * matrices by MKL, which keeps to 256-bit instructions on processors that are not Intel's;
 * convolutions go to oneDNN, which uses what is there. On an AMD EPYC with AVX-512 that is 2.2
 * times as fast, forward and backward, with the same rounding errors; on an Intel Xeon, where MKL
 * uses it too, a gradient takes a tenth longer. The second derivative of a convolution is slow.
 */
final class Convolutions {

  private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

  private Convolutions() {}

  /** Whether they are faster on a device. */
  static boolean pay(Device device) {
    return work(device) && !isIntels(Processor.DESCRIPTION);
  }

  /** Whether a device has them. */
  static boolean work(Device device) {
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return !device.isGpu() && X86_64.contains(processor);
  }

  /** Whether the processor described by a file such as {@code /proc/cpuinfo} is one of Intel's. */
  static boolean isIntels(Path description) {
    return Processor.line(description, "vendor_id")
        .filter(line -> line.endsWith("GenuineIntel"))
        .isPresent();
  }
}
