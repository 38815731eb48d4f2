package io.flexora.numerics.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The PyTorch engine of this process. It is started offline and with DJL's telemetry off; nothing
 * is ever downloaded.
 *
 * @since 0.1
 */
public final class TorchEngine {
  private static final String NAME = "PyTorch";

  /** Guards the numbers of threads that PyTorch keeps. */
  private static final Object THREADS = new Object();

  /** That for threads that have not computed yet; 0 before the engine is started. */
  private static final AtomicInteger OF_NEW_ONES = new AtomicInteger();

  private final Engine engine;

  private TorchEngine(Engine engine) {
    this.engine = engine;
  }

  /**
   * Starts the engine, or finds it started.
   *
   * @throws FlexoraException if its native library is missing or does not load
   */
  public static TorchEngine start() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    if (NativeArrays.CHECKED) {
      System.setProperty("ai.djl.track_resource", "true");
    }
    NativeSettings.apply();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // DJL finds its engines through the context class loader, which in a bundle sees none of them.
    thread.setContextClassLoader(Engine.class.getClassLoader());
    try {
      TorchEngine engine = new TorchEngine(Engine.getEngine(NAME));
      EndOfProcess.started();
      settleThreads();
      return engine;
    } catch (RuntimeException | LinkageError e) {
      throw new FlexoraException(
          "the PyTorch engine did not start: "
              + rootMessage(e)
              + ". Its native library has to be on the class path: pytorch-native-cpu or"
              + " pytorch-native-cu128 for this operating system, and pytorch-jni",
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** The first question decides how many threads an operation of the calling thread may use. */
  private static void settleThreads() {
    synchronized (THREADS) {
      OF_NEW_ONES.compareAndSet(0, JniUtils.getNumThreads());
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The version of PyTorch. */
  public String version() {
    return engine.getVersion();
  }

  /** The folder of PyTorch's shared libraries. */
  public Path library() {
    return Path.of(LibUtils.getLibtorchPath());
  }

  /**
   * Finds the device that a choice means.
   *
   * @param choice {@code cpu}, {@code gpu}, or {@code auto} for the GPU if there is one
   * @throws FlexoraException if the choice is {@code gpu} and there is none
   */
  public Device device(String choice) {
    return switch (choice) {
      case "cpu" -> Device.cpu();
      case "auto" -> engine.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
      case "gpu" -> gpu();
      default ->
          throw new FlexoraException("device: '" + choice + "' is none of auto, cpu and gpu");
    };
  }

  /**
   * Finds several devices that a choice means: the processor as often as asked for, or GPUs.
   *
   * @param choice as for {@link #device}
   * @param count how many, at least 1
   * @throws FlexoraException if there are not as many GPUs
   */
  public List<Device> devices(String choice, int count) {
    Device first = device(choice);
    if (!first.isGpu()) {
      return Collections.nCopies(count, first);
    }
    if (count > engine.getGpuCount()) {
      throw new FlexoraException(
          "devices is %d, but PyTorch %s sees %s on this machine; write devices: %d"
              .formatted(count, version(), gpus(), engine.getGpuCount()));
    }
    return IntStream.range(0, count).mapToObj(Device::gpu).toList();
  }

  private String gpus() {
    return engine.getGpuCount() == 1 ? "1 GPU" : engine.getGpuCount() + " GPUs";
  }

  private Device gpu() {
    if (engine.getGpuCount() == 0) {
      throw new FlexoraException(
          "device: gpu was asked for, but PyTorch "
              + version()
              + " sees no GPU on this machine. Install the GPU distribution and its driver, or"
              + " write device: cpu");
    }
    return Device.gpu();
  }

  /** Opens a manager of its own on a device; to be closed by the caller. */
  public NDManager newManager(Device device) {
    return engine.newBaseManager(device);
  }

  /**
   * Sets how many threads one native operation may use, of the calling thread and of those that
   * have not computed yet.
   *
   * @param threads at least 1
   */
  public void useThreads(int threads) {
    synchronized (THREADS) {
      JniUtils.setNumThreads(threads);
      OF_NEW_ONES.set(threads);
    }
  }

  /**
   * Sets how many threads one native operation of the calling thread may use, and of no other.
   *
   * @param threads at least 1
   */
  public void useThreadsHere(int threads) {
    synchronized (THREADS) {
      JniUtils.setNumThreads(threads);
      // PyTorch gives what was set last to each thread that computes for the first time.
      int others = OF_NEW_ONES.get();
      CompletableFuture.runAsync(
              () -> JniUtils.setNumThreads(others),
              task -> new Thread(task, "torch-threads").start())
          .join();
    }
  }

  /** How many threads one native operation may use. */
  public int threads() {
    return JniUtils.getNumThreads();
  }
}
