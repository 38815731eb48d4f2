package io.flexora.plugin.extension;

import com.google.inject.Injector;
import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.status.Causes;
import io.flexora.plugin.status.PluginOrigin;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;

/** A plugin whose module was read: its injector, and the way to call its code. */
final class WiredPlugin {

  private final String name;
  private final Version version;
  private final Injector injector;
  private final ClassLoader context;
  private final PluginOrigin origin;
  private final PluginCode code;
  private volatile boolean gone;

  WiredPlugin(Bundle bundle, Injector injector, ClassLoader context, PluginOrigin origin) {
    this.name = bundle.getSymbolicName();
    this.version = bundle.getVersion();
    this.injector = injector;
    this.context = context;
    this.origin = origin;
    this.code = new PluginCode(bundle);
  }

  String name() {
    return name;
  }

  Version version() {
    return version;
  }

  PluginOrigin origin() {
    return origin;
  }

  Map<String, String> code() {
    return code.hashes();
  }

  Injector injector() {
    return injector;
  }

  /** Marks that the plugin was stopped: what is left of it makes no more objects. */
  void leave() {
    gone = true;
  }

  <R> R call(String what, Supplier<R> code) {
    try {
      return ContextClassLoader.call(context, code);
    } catch (FlexoraException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new FlexoraException(
          "%s of plugin %s failed: %s".formatted(what, this, Causes.of(e)), e);
    }
  }

  void checkPresent(String what) {
    if (gone) {
      throw new FlexoraException(
          "%s cannot be made: plugin %s was stopped, updated or removed".formatted(what, this));
    }
  }

  @Override
  public String toString() {
    return name + " " + version;
  }
}
