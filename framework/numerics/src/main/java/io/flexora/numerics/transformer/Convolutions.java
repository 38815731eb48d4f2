package io.flexora.numerics.transformer;

import ai.djl.Device;
import io.flexora.numerics.transformer.LinearSpeed.Product;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Products with frozen float32 matrices by oneDNN. PyTorch multiplies float32 matrices by MKL,
 * which keeps to 256-bit instructions on processors that are not Intel's; oneDNN uses what is
 * there, and its convolution over one pixel is a product that can be differentiated. Where 512-bit
 * instructions are as wide as they say, as on one AMD EPYC, that is 2.2 times as fast, forward and
 * back, with the same rounding errors; on another EPYC a gradient of 256 rows takes a tenth longer.
 * So it is measured, once for a process, and taken where it is faster by far, which no other work
 * of the machine decides. On an Intel Xeon, where MKL uses such instructions too, it is not. The
 * second derivative of a convolution is slow.
 *
 * <p>Where no derivative is wanted, oneDNN has a product of its own, of which 256 rows take 2 to 10
 * % less time than MKL's and 7 to 15 % less than the convolution.
 */
final class Convolutions {

  private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

  private static final Product USUAL = new Product(256, 512, 512);

  /** More than an unquiet machine makes of equal times, and less than wider instructions give. */
  private static final double LEAST_GAIN = 1.3;

  private Convolutions() {}

  /** Whether they are faster on a device by far. */
  static boolean pay(Device device) {
    return isOneDnnFaster(device) && Measured.GAIN > LEAST_GAIN;
  }

  /** Whether oneDNN's products without a derivative are faster on a device. */
  static boolean isOneDnnFaster(Device device) {
    return work(device) && !isIntels(Processor.DESCRIPTION);
  }

  /** Measured when first asked for. */
  private static final class Measured {

    private static final double GAIN = LinearSpeed.gainOfConvolution(Device.cpu(), USUAL);
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
