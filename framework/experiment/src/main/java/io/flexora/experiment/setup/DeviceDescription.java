package io.flexora.experiment.setup;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The devices that an experiment asks for, whether or not this machine has them.
 *
 * @param devices the devices; at least one
 * @param present whether they are there
 */
public record DeviceDescription(List<Device> devices, boolean present) {

  /** Finds the devices that a choice means; GPUs also where there are not as many. */
  public static DeviceDescription of(DeviceChoice choice, int count) {
    try {
      return new DeviceDescription(ExperimentServices.choose(choice, count), true);
    } catch (FlexoraException e) {
      if (choice == DeviceChoice.CPU) {
        throw e;
      }
      return new DeviceDescription(IntStream.range(0, count).mapToObj(Device::gpu).toList(), false);
    }
  }

  /** The one that is computed on where only one is used. */
  public Device first() {
    return devices.get(0);
  }

  /** Their names: {@code cpu}, {@code 2 copies on cpu}, or {@code gpu} with the number of each. */
  public String words() {
    return words(devices);
  }

  /** The names of devices. */
  public static String words(List<Device> devices) {
    Device first = devices.get(0);
    if (first.isGpu()) {
      return devices.stream()
          .map(device -> "gpu " + device.getDeviceId())
          .collect(Collectors.joining(", "));
    }
    return devices.size() == 1
        ? first.getDeviceType()
        : devices.size() + " copies on " + first.getDeviceType();
  }

  /** The bytes of a GPU that are free; empty for a processor, or where the driver does not tell. */
  public static OptionalLong freeBytes(Device device) {
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
