package io.flexora.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface as an extension point of Flexora and gives the word that names it in YAML.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ExtensionPoint {

  /** The kind: a lower-case word such as {@code selector}. */
  String value();

  /** The parts of a cell that its extensions and their options move. */
  Effect[] affects();
}
