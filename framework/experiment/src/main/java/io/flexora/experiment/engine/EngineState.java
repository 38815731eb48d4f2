package io.flexora.experiment.engine;

import ai.djl.engine.Engine;
import java.util.List;
import java.util.Optional;

/**
 * An engine of this installation, and whether its native library loads.
 *
 * @param name such as PyTorch
 * @param version the version of the library; empty if it does not load
 * @param gpus how many GPUs it can use; 0 if it does not load
 * @param problem why it does not load; empty if it does
 * @since 0.1
 */
public record EngineState(
    String name, Optional<String> version, int gpus, Optional<String> problem) {

  /** Starts all engines that have a library of their own. */
  public static List<EngineState> ofThisProcess() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // DJL finds its engines through the context class loader.
    thread.setContextClassLoader(Engine.class.getClassLoader());
    try {
      return Engine.getAllEngines().stream().sorted().flatMap(name -> of(name).stream()).toList();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Starts an engine; empty for one of DJL's own, which only calls engines elsewhere. */
  private static Optional<EngineState> of(String name) {
    try {
      Engine engine = Engine.getEngine(name);
      return isOfDjl(engine)
          ? Optional.empty()
          : Optional.of(
              new EngineState(
                  name, Optional.of(engine.getVersion()), gpus(engine), Optional.empty()));
    } catch (RuntimeException | LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return Optional.of(
          new EngineState(
              name, Optional.empty(), 0, Optional.of(String.valueOf(root.getMessage()))));
    }
  }

  private static boolean isOfDjl(Engine engine) {
    return engine
        .getClass()
        .getProtectionDomain()
        .getCodeSource()
        .equals(Engine.class.getProtectionDomain().getCodeSource());
  }

  /** Without a GPU none is asked: an engine that looks for its own libraries then complains. */
  private static int gpus(Engine engine) {
    return GpuState.ofThisMachine().isEmpty() ? 0 : engine.getGpuCount();
  }
}
