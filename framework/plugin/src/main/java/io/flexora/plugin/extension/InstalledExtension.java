package io.flexora.plugin.extension;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.name.Names;
import com.google.inject.spi.InjectionPoint;
import io.flexora.api.plugin.Extension;
import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.status.Causes;
import io.flexora.plugin.status.PluginOrigin;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.Version;

/**
 * An extension of an active plugin. Holding one keeps its plugin's classes in memory, so look it up
 * in the {@link ExtensionCatalog} when it is needed rather than keeping it.
 *
 * @since 0.1
 */
public final class InstalledExtension {

  private final Extension<?> extension;
  private final WiredPlugin plugin;

  InstalledExtension(Extension<?> extension, WiredPlugin plugin) {
    this.extension = extension;
    this.plugin = plugin;
  }

  /** The extension as its plugin declares it. */
  public Extension<?> extension() {
    return extension;
  }

  /** The symbolic name of the plugin. */
  public String plugin() {
    return plugin.name();
  }

  /** The version of the plugin, which is that of each of its extensions. */
  public String version() {
    return plugin.version().toString();
  }

  /** The origin of the plugin, which decides between extensions of one name. */
  public PluginOrigin origin() {
    return plugin.origin();
  }

  /**
   * The SHA-256 of the content of the plugin's jar, and of the bundles whose packages it uses, by
   * symbolic name, with {@code +} between those of several versions. What differs between two
   * builds of the same classes is left out: the order and times of the entries, and what the
   * manifest says of the build.
   *
   * @throws FlexoraException if a jar cannot be read
   */
  public Map<String, String> code() {
    return plugin.code();
  }

  Version osgiVersion() {
    return plugin.version();
  }

  public WiredPlugin owner() {
    return plugin;
  }

  /** The reference that means this extension among all of its kind: {@code kind/name}. */
  public String id() {
    return extension.kind() + "/" + extension.name();
  }

  /**
   * Makes the extension.
   *
   * @param <T> the extension point
   * @param point the extension point
   * @param configuration the extension's options, of the class that it declares
   * @param services binds what the host gives: {@link io.flexora.api.run.Seeds}, {@link
   *     ai.djl.Device}, {@link io.flexora.api.source.Sources}, {@link
   *     io.flexora.api.run.Decisions}, {@link io.flexora.api.run.Notices}
   * @return a new object; call it through {@link #call}
   * @throws FlexoraException if the plugin is gone or its code fails; the message names both
   * @throws IllegalArgumentException if the point or the configuration is not the declared one
   */
  public <T> T create(Class<T> point, Record configuration, Module services) {
    if (point != extension.point()) {
      throw new IllegalArgumentException(id() + " is no " + point.getName());
    }
    if (configuration.getClass() != extension.configuration()) {
      throw new IllegalArgumentException(
          "%s is configured by %s, not %s"
              .formatted(id(), extension.configuration(), configuration.getClass()));
    }
    plugin.checkPresent(id());
    return point.cast(plugin.call(id(), () -> make(configuration, services)));
  }

  /**
   * Calls code of the plugin with the plugin's context class loader.
   *
   * @throws FlexoraException as the code throws it, or around any other unchecked exception or
   *     linkage error, naming the extension and its plugin
   */
  public <R> R call(Supplier<R> code) {
    return plugin.call(id(), code);
  }

  /** Whether a class is of this extension's plugin. */
  boolean hasClass(String type) {
    ClassLoader loader = extension.implementation().getClassLoader();
    try {
      return Class.forName(type, false, loader).getClassLoader() == loader;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** Whether a class is this extension's implementation, or is nested in it. */
  boolean isImplementedBy(String type) {
    String own = extension.implementation().getName();
    return type.equals(own) || type.startsWith(own + "$");
  }

  /** Says that code of the plugin failed, in the implementation of this extension or elsewhere. */
  FlexoraException failed(String type, Throwable failure) {
    String what =
        isImplementedBy(type)
            ? "%s %s of plugin %s".formatted(extension.kind(), extension.name(), plugin)
            : "plugin %s (%s)".formatted(plugin, type);
    return new FlexoraException(
        "%s failed: %s%s".formatted(what, Causes.of(failure), place(type, failure)), failure);
  }

  /** The innermost line of a class where it failed, such as {@code (at Mine.java:89)}. */
  private static String place(String type, Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .filter(frame -> frame.getClassName().equals(type))
        .findFirst()
        .filter(frame -> frame.getFileName() != null && frame.getLineNumber() > 0)
        .map(frame -> " (at %s:%d)".formatted(frame.getFileName(), frame.getLineNumber()))
        .orElse("");
  }

  private Object make(Record configuration, Module services) {
    Key<Object> made = Key.get(Object.class, Names.named("flexora/" + id()));
    try {
      Injector child =
          plugin
              .injector()
              .createChildInjector(services, new ExtensionBindings(extension, configuration, made));
      return child.getInstance(made);
    } catch (ProvisionException e) {
      throw provisionFailure(e);
    } catch (CreationException | ConfigurationException e) {
      throw failure(e);
    }
  }

  private FlexoraException provisionFailure(ProvisionException e) {
    return e.getCause() instanceof FlexoraException own ? own : failure(e);
  }

  private FlexoraException failure(RuntimeException e) {
    return new FlexoraException(
        "%s of plugin %s cannot be made: %s".formatted(id(), plugin, Causes.of(e)), e);
  }

  /** Binds the options, and the implementation under a key that no plugin can have bound. */
  private static final class ExtensionBindings extends AbstractModule {

    private final Extension<?> extension;
    private final Record configuration;
    private final Key<Object> made;

    ExtensionBindings(Extension<?> extension, Record configuration, Key<Object> made) {
      this.extension = extension;
      this.configuration = configuration;
      this.made = made;
    }

    @Override
    protected void configure() {
      bindConfiguration(extension.configuration());
      bindImplementation(extension.implementation());
    }

    private <C extends Record> void bindConfiguration(Class<C> type) {
      bind(type).toInstance(type.cast(configuration));
    }

    @SuppressWarnings("unchecked") // The point of the constructor is of the implementation.
    private <I> void bindImplementation(Class<I> implementation) {
      InjectionPoint point = InjectionPoint.forConstructorOf(implementation);
      bind(made).toConstructor((Constructor<I>) point.getMember());
    }
  }
}
