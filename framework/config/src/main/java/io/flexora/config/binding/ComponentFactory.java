package io.flexora.config.binding;

import io.flexora.config.option.ComponentType;

/**
 * Makes the extension that a configuration has chosen.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ComponentFactory {

  /**
   * Makes an extension; called once for each chosen component, when it is first needed.
   *
   * @param type the extension to make, an instance of its {@code point}
   * @param configuration its options
   */
  Object create(ComponentType type, Record configuration);
}
