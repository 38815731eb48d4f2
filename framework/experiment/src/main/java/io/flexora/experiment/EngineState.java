package io.flexora.experiment;

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

  /** Starts all engines. */
  public static List<EngineState> ofThisProcess() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // DJL finds its engines through the context class loader.
    thread.setContextClassLoader(Engine.class.getClassLoader());
    try {
      return Engine.getAllEngines().stream().sorted().map(EngineState::of).toList();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static EngineState of(String name) {
    try {
      Engine engine = Engine.getEngine(name);
      return new EngineState(
          name, Optional.of(engine.getVersion()), engine.getGpuCount(), Optional.empty());
    } catch (RuntimeException | LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return new EngineState(
          name, Optional.empty(), 0, Optional.of(String.valueOf(root.getMessage())));
    }
  }
}
