package io.flexora.plugin.extension;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import org.osgi.framework.Bundle;

/**
 * The context class loader of calls into a plugin: the bundle's class space, and behind it what DJL
 * looks for through the context class loader, such as its engines.
 */
public final class PluginClassLoader extends ClassLoader {

  private final ClassLoader bundle;
  private final ClassLoader host = PluginClassLoader.class.getClassLoader();

  private PluginClassLoader(String name, ClassLoader bundle) {
    super(name, bundle);
    this.bundle = bundle;
  }

  /** Makes a loader whose name is the bundle's, with its version. */
  public static PluginClassLoader of(Bundle bundle, ClassLoader classes) {
    return new PluginClassLoader(bundle.getSymbolicName() + " " + bundle.getVersion(), classes);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (name.startsWith("ai.djl.") || name.startsWith("ai.onnxruntime.")) {
      return host.loadClass(name);
    }
    throw new ClassNotFoundException(name);
  }

  @Override
  protected URL findResource(String name) {
    return isEngineResource(name) ? host.getResource(name) : null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    return isEngineResource(name) ? host.getResources(name) : Collections.emptyEnumeration();
  }

  private static boolean isEngineResource(String name) {
    return name.startsWith("META-INF/services/ai.djl.")
        || name.startsWith("native/")
        || name.startsWith("jnilib/")
        || name.startsWith("ai/djl/")
        || name.startsWith("ai/onnxruntime/");
  }

  @Override
  public String toString() {
    return "context of " + bundle;
  }
}
