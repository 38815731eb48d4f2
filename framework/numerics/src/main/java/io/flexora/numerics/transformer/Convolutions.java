package io.flexora.numerics.transformer;

import ai.djl.Device;
import java.util.Locale;
import java.util.Set;

/**
 * Products with frozen float32 matrices by oneDNN. PyTorch multiplies float32 matrices by MKL,
 * which keeps to 256-bit instructions on processors that are not Intel's; oneDNN uses what is
 * there, and its convolution over one pixel is a product that can be differentiated. Where AMD
 * computes 512 bits at once, from Zen 5 on, that is 2.2 times as fast, forward and back, with the
 * same rounding errors; on Zen 4, which takes two steps for them, a gradient of 256 rows takes a
 * tenth longer. The processor's family decides and no measurement, so that all processes of a
 * machine round alike. On an Intel Xeon, where MKL uses such instructions too, it is not faster.
 * The second derivative of a convolution is slow.
 *
 * <p>Where no derivative is wanted, oneDNN has a product of its own, of which 256 rows take 2 to 10
 * % less time than MKL's and 7 to 15 % less than the convolution.
 */
final class Convolutions {

  private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

  /** The first family of AMD's processors with data paths of 512 bits, Zen 5. */
  private static final int WIDE_FAMILY = 26;

  private Convolutions() {}

  /** Whether they are faster on a device. */
  static boolean pay(Device device) {
    return work(device) && isWide(Processor.ofThisMachine());
  }

  /** Whether oneDNN's products without a derivative are faster on a device. */
  static boolean isOneDnnFaster(Device device) {
    return work(device) && !isIntels(Processor.ofThisMachine());
  }

  /** Whether a device has them. */
  static boolean work(Device device) {
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return !device.isGpu() && X86_64.contains(processor);
  }

  /** Whether a processor is one of AMD's that computes 512 bits at once. */
  static boolean isWide(Processor processor) {
    return processor.vendor().equals("AuthenticAMD")
        && processor
            .value("cpu family")
            .filter(family -> family.matches("[0-9]{1,4}"))
            .filter(family -> Integer.parseInt(family) >= WIDE_FAMILY)
            .isPresent();
  }

  /** Whether a processor is one of Intel's. */
  static boolean isIntels(Processor processor) {
    return processor.vendor().equals("GenuineIntel");
  }
}
