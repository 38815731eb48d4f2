package io.flexora.experiment;

import ai.djl.Device;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.FreeMemory;

/** Refuses a run that this machine has no room for, before anything is written. */
final class MemoryCheck {

  private static final double MEBIBYTE = 1 << 20;

  private MemoryCheck() {}

  /**
   * Compares an estimate with the memory that is free on the device, as far as that is known.
   *
   * @throws FlexoraException if the estimate is more
   */
  static void require(MemoryEstimate estimate, Device device) {
    long available = available(device);
    if (estimate.total() > available) {
      throw new FlexoraException(
          ("not enough memory: the run needs about %.0f MiB more than it has (weights %.0f,"
                  + " activations %.0f, logits %.0f, second-order graph %.0f, copies of theta %.0f,"
                  + " copy of the base %.0f, kept states %.0f, allocator %.0f), but %.0f MiB are available. Take a smaller"
                  + " batch, shorter texts (max_tokens), a smaller rank or a smaller model")
              .formatted(
                  estimate.total() / MEBIBYTE,
                  estimate.weights() / MEBIBYTE,
                  estimate.activations() / MEBIBYTE,
                  estimate.logits() / MEBIBYTE,
                  estimate.secondOrder() / MEBIBYTE,
                  estimate.thetas() / MEBIBYTE,
                  estimate.bases() / MEBIBYTE,
                  estimate.kept() / MEBIBYTE,
                  estimate.spare() / MEBIBYTE,
                  available / MEBIBYTE));
    }
  }

  private static long available(Device device) {
    return device.isGpu()
        ? DeviceDescription.freeBytes(device).orElse(Long.MAX_VALUE)
        : FreeMemory.bytes();
  }
}
