package io.flexora.numerics.parallel;

import ai.djl.Device;
import io.flexora.numerics.torch.TorchEngine;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A thread for each of several devices, with its part of the threads of a native operation. */
final class DeviceThreads implements AutoCloseable {

  private final List<Device> devices;
  private final List<ExecutorService> threads;

  private DeviceThreads(List<Device> devices, List<ExecutorService> threads) {
    this.devices = devices;
    this.threads = threads;
  }

  /** Starts them. */
  static DeviceThreads start(List<Device> devices) {
    TorchEngine engine = TorchEngine.start();
    int all = engine.threads();
    DeviceThreads started =
        new DeviceThreads(
            List.copyOf(devices),
            IntStream.range(0, devices.size()).mapToObj(DeviceThreads::thread).toList());
    int share = Math.max(1, all / devices.size());
    for (int i = 0; i < devices.size(); i++) {
      started.await(i, started.begin(i, () -> useThreads(engine, share)));
    }
    // PyTorch takes the number that was set last for threads that are yet to be made.
    engine.useThreads(all);
    return started;
  }

  private static Integer useThreads(TorchEngine engine, int share) {
    engine.useThreads(share);
    return share;
  }

  private static ExecutorService thread(int number) {
    ThreadFactory made =
        work -> {
          Thread thread = new Thread(work, "device-" + (number + 1));
          thread.setDaemon(true);
          return thread;
        };
    return Executors.newSingleThreadExecutor(made);
  }

  /** How many devices there are. */
  int count() {
    return threads.size();
  }

  Device device(int number) {
    return devices.get(number);
  }

  /** Begins some work in the thread of a device. */
  <T> Future<T> begin(int number, Supplier<T> work) {
    return threads.get(number).submit(work::get);
  }

  /**
   * Waits until the work of a device has ended, even if the calling thread is interrupted: native
   * code cannot be stopped, and what it works on may not be freed.
   *
   * @throws RuntimeException what the work threw, with the device in its message
   */
  <T> T await(int number, Future<T> work) {
    return DeviceFailure.awaited(work, name(number));
  }

  private String name(int number) {
    Device device = devices.get(number);
    return "device %d of %d (%s)"
        .formatted(
            number + 1,
            count(),
            device.isGpu() ? "gpu " + device.getDeviceId() : device.getDeviceType());
  }

  /** Ends the threads, which have nothing to do any more. */
  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdown);
  }
}
