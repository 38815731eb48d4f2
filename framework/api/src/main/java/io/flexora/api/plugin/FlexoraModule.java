package io.flexora.api.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.name.Names;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The Guice module of a plugin, named by the manifest header {@value #HEADER}.
 *
 * <p>A plugin's injector has no parent and requires explicit bindings: what an extension asks for
 * beyond its options and the services of an experiment has to be bound here.
 *
 * @since 0.1
 */
@ConsumerType
public abstract class FlexoraModule extends AbstractModule {

  /** The manifest header that names a bundle's module class. */
  public static final String HEADER = "Flexora-Plugin";

  /**
   * Declares an extension of this plugin.
   *
   * @param <T> the extension point
   * @param point the interface that carries {@link ExtensionPoint}
   * @param name the name that chooses the extension in YAML
   * @param configuration the record that holds its options
   * @param implementation the class that implements it
   * @throws IllegalArgumentException if the declaration is malformed
   */
  protected final <T> void extension(
      Class<T> point,
      String name,
      Class<? extends Record> configuration,
      Class<? extends T> implementation) {
    Extension<T> extension = new Extension<>(point, name, configuration, implementation);
    bind(Key.get(Extension.class, Names.named(extension.kind() + "/" + name)))
        .toInstance(extension);
  }
}
