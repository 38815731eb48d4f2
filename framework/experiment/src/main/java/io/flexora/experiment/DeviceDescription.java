package io.flexora.experiment;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.flexora.api.run.FlexoraException;
import java.util.OptionalLong;

/**
 * A device that an experiment asks for, whether or not this machine has it.
 *
 * @param device the device
 * @param present whether it is there
 */
record DeviceDescription(Device device, boolean present) {

  /** Finds the device that a choice means; a GPU also where there is none. */
  static DeviceDescription of(DeviceChoice choice) {
    try {
      return new DeviceDescription(Services.choose(choice), true);
    } catch (FlexoraException e) {
      if (choice != DeviceChoice.GPU) {
        throw e;
      }
      return new DeviceDescription(Device.gpu(), false);
    }
  }

  /** Its name: {@code cpu}, or {@code gpu} with its number. */
  String words() {
    return device.isGpu() ? "gpu " + device.getDeviceId() : device.getDeviceType();
  }

  /** The bytes of a GPU that are free; empty for a processor, or where the driver does not tell. */
  static OptionalLong freeBytes(Device device) {
    if (!device.isGpu()) {
      return OptionalLong.empty();
    }
    try {
      var memory = CudaUtils.getGpuMemory(device);
      return OptionalLong.of(memory.getMax() - memory.getCommitted());
    } catch (RuntimeException | LinkageError e) {
      return OptionalLong.empty();
    }
  }
}
