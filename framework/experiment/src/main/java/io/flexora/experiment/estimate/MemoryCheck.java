package io.flexora.experiment.estimate;

import ai.djl.Device;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.setup.DeviceDescription;
import io.flexora.files.machine.FreeMemory;
import java.util.Optional;
import java.util.function.Supplier;

/** Compares what is to be run with the memory of this machine, before anything is written. */
public final class MemoryCheck {

  private static final double MEBIBYTE = 1 << 20;

  private MemoryCheck() {}

  /**
   * Refuses a run that the device has no room for, as far as that is known.
   *
   * @param cell names the cell that needs the most; asked if the run is refused
   * @throws FlexoraException if the estimate is more than the memory that is free
   */
  public static void require(MemoryEstimate estimate, Device device, Supplier<String> cell) {
    require(estimate, available(device), cell);
  }

  /** The same with so many bytes that are free. */
  public static void require(MemoryEstimate estimate, long available, Supplier<String> cell) {
    if (estimate.total() > available) {
      throw new FlexoraException(
          "not enough memory: the run needs about %.0f MiB more than it has, for cell %s (%s), but %.0f MiB are available. Take a smaller batch, shorter texts (max_tokens), a smaller rank or a smaller model"
              .formatted(
                  estimate.total() / MEBIBYTE, cell.get(), parts(estimate), available / MEBIBYTE));
    }
  }

  /**
   * Says, in a clause, what a cell needs that the device has no room for; empty if there is room,
   * or that is not known.
   *
   * @param cell the name of the cell
   */
  public static Optional<String> lack(String cell, MemoryEstimate estimate, Device device) {
    return lack(cell, estimate, available(device));
  }

  /** The same with so many bytes that are free. */
  public static Optional<String> lack(String cell, MemoryEstimate estimate, long available) {
    return estimate.total() > available
        ? Optional.of(
            "cell '%s' needs about %.0f MiB more than its process has (%s), but %.0f MiB are available"
                .formatted(
                    cell, estimate.total() / MEBIBYTE, parts(estimate), available / MEBIBYTE))
        : Optional.empty();
  }

  private static String parts(MemoryEstimate estimate) {
    return "weights %.0f, activations %.0f, logits %.0f, second-order graph %.0f, copies of theta %.0f, copy of the base %.0f, kept states %.0f, allocator %.0f"
        .formatted(
            estimate.weights() / MEBIBYTE,
            estimate.activations() / MEBIBYTE,
            estimate.logits() / MEBIBYTE,
            estimate.secondOrder() / MEBIBYTE,
            estimate.thetas() / MEBIBYTE,
            estimate.bases() / MEBIBYTE,
            estimate.kept() / MEBIBYTE,
            estimate.spare() / MEBIBYTE);
  }

  private static long available(Device device) {
    return device.isGpu()
        ? DeviceDescription.freeBytes(device).orElse(Long.MAX_VALUE)
        : FreeMemory.bytes();
  }
}
