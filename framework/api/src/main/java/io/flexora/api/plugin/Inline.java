package io.flexora.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Puts the options of a record among those of the record that holds it: users write the keys of
 * both side by side. Configuration records that share options hold the same inlined record.
 *
 * <p>The component is a record and has no {@link Option}. No key may be there twice.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {

  /**
   * Defaults that differ from those of the inlined record, each written as in YAML: {@code
   * "lr_scheduler_type: linear"}.
   */
  String[] defaults() default {};
}
