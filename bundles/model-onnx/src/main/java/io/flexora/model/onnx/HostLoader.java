package io.flexora.model.onnx;

import ai.djl.engine.Engine;

/** Runs what looks for native libraries and engines through the context class loader. */
final class HostLoader {
  private HostLoader() {}

  /**
   * A call that may fail.
   *
   * @param <T> what it returns
   * @param <E> how it may fail
   */
  @FunctionalInterface
  interface LoaderCall<T, E extends Exception> {
    T run() throws E;
  }

  /** Calls with the class loader of the host, which sees the engines; a bundle's does not. */
  static <T, E extends Exception> T with(LoaderCall<T, E> call) throws E {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Engine.class.getClassLoader());
    try {
      return call.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
