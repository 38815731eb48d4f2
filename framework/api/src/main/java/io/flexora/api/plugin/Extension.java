package io.flexora.api.plugin;

import java.util.Objects;
import java.util.Set;

/**
 * One extension as its plugin declares it.
 *
 * @param <T> the extension point
 * @param point the interface that carries {@link ExtensionPoint}
 * @param name the name that chooses the extension in YAML: lower-case words joined by hyphens or
 *     underscores
 * @param configuration the record that holds the extension's options
 * @param implementation the class that is made with constructor injection; it may ask for its
 *     configuration record, {@link io.flexora.api.run.Seeds}, {@link ai.djl.Device}, {@link
 *     io.flexora.api.source.Sources}, {@link io.flexora.api.run.Decisions}, {@link
 *     io.flexora.api.run.Notices} and what its own plugin's module binds
 * @since 0.1
 */
public record Extension<T>(
    Class<T> point,
    String name,
    Class<? extends Record> configuration,
    Class<? extends T> implementation) {

  private static final String NAME = "[a-z][a-z0-9]*([-_][a-z0-9]+)*";

  /**
   * Checks the declaration.
   *
   * @throws IllegalArgumentException if the point is not an extension point or the name is
   *     malformed
   */
  public Extension {
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(implementation, "implementation");
    if (!point.isAnnotationPresent(ExtensionPoint.class)) {
      throw new IllegalArgumentException(point.getName() + " is not an extension point");
    }
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "extension name '" + name + "' is not lower-case words joined by hyphens or underscores");
    }
  }

  /** The kind of the extension point, such as {@code selector}. */
  public String kind() {
    return point.getAnnotation(ExtensionPoint.class).value();
  }

  /** The parts of a cell that the extension and its options move. */
  public Set<Effect> affects() {
    return Set.of(point.getAnnotation(ExtensionPoint.class).affects());
  }

  /** What the extension does, from its {@link Doc}; empty if it carries none. */
  public String doc() {
    Doc doc = implementation.getAnnotation(Doc.class);
    return doc == null ? "" : doc.value();
  }
}
