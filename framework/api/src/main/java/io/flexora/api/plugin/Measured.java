package io.flexora.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what measurements have shown of an extension, so that whoever chooses it knows what to
 * expect; shown by {@code flexora check} and {@code flexora plugins show}.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Measured {

  /**
   * The findings, a sentence each: the setting, the result with its error, and where to read more.
   */
  String[] value();
}
