package io.flexora.config;

import java.util.List;
import java.util.Optional;

/**
 * The extensions that a configuration can choose from.
 *
 * @since 0.1
 */
public interface ComponentTypes {

  /** The extensions of a kind, by name, then version, the highest first. */
  List<ComponentType> ofKind(String kind);

  /**
   * Finds the extension that a reference means.
   *
   * @param kind the kind, such as {@code selector}
   * @param reference {@code name} for the highest version, or {@code name@version}
   */
  Optional<ComponentType> find(String kind, String reference);
}
