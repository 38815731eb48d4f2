package io.flexora.plugin.extension;

import java.util.function.Supplier;

/**
 * Calls code with a given thread context class loader and restores the caller's, whatever happens.
 *
 * @since 0.1
 */
public final class ContextClassLoader {

  private ContextClassLoader() {}

  /** Calls with the loader as the context class loader of this thread. */
  public static <R> R call(ClassLoader loader, Supplier<R> code) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
