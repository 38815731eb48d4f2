package io.flexora.experiment.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An NVIDIA GPU of this machine, whether or not an engine can use it.
 *
 * @param number counted from 0
 * @param cuda the version of CUDA's runtime, such as 12.8
 * @param bytes the memory that it has
 * @param freeBytes the part of it that is free
 * @since 0.1
 */
public record GpuState(int number, String cuda, long bytes, long freeBytes) {

  /** Finds the GPUs; none where there is no driver. */
  public static List<GpuState> ofThisMachine() {
    try {
      return IntStream.range(0, CudaUtils.getGpuCount()).mapToObj(GpuState::of).toList();
    } catch (RuntimeException | LinkageError e) {
      return List.of();
    }
  }

  private static GpuState of(int number) {
    MemoryUsage memory = CudaUtils.getGpuMemory(Device.gpu(number));
    return new GpuState(
        number,
        CudaUtils.getCudaVersionString(),
        memory.getMax(),
        memory.getMax() - memory.getCommitted());
  }
}
