package io.flexora.config.option;

import java.util.List;
import java.util.Optional;

/**
 * The extensions that a configuration can choose from.
 *
 * @since 0.1
 */
public interface ComponentTypes {

  /** No extension at all: for options that choose none. */
  ComponentTypes NONE =
      new ComponentTypes() {
        @Override
        public List<ComponentType> ofKind(String kind) {
          return List.of();
        }

        @Override
        public Optional<ComponentType> find(String kind, String reference) {
          return Optional.empty();
        }
      };

  /**
   * The extensions of a kind, by name; of equal ones first that which a name without a version
   * means.
   */
  List<ComponentType> ofKind(String kind);

  /**
   * Finds the extension that a reference means.
   *
   * @param kind the kind, such as {@code selector}
   * @param reference {@code name} for that of a shipped plugin or else the highest version, or
   *     {@code name@version}
   */
  Optional<ComponentType> find(String kind, String reference);

  /** The plugins that are not in use since another one has their extension in the same version. */
  default List<String> refused(String kind, String name) {
    return List.of();
  }

  /** The plugins that are not in use though their classes have a name: each with the cause. */
  default List<String> unusable(String name) {
    return List.of();
  }
}
