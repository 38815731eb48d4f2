package io.flexora.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one component of a configuration record: the only place where an option is defined.
 *
 * <p>The YAML binding, its error messages, {@code flexora plugins show} and the JSON schema are all
 * made from it. The key in YAML is the component's name in snake case. A component may be an {@code
 * int}, {@code long}, {@code double}, {@code boolean}, {@code String}, enum, {@link
 * java.time.Duration}, {@link java.nio.file.Path}, {@link Component}, record, {@link
 * java.util.List} of any of these, {@link java.util.Map} from {@code String} to any of these, or
 * {@link java.util.Optional} of any of these; an optional component without a default is empty when
 * it is not written. A record has its options under the component's key, or beside it with {@link
 * Inline}.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {

  /** What the option means, with its unit. */
  String doc();

  /**
   * The default, written as in YAML; empty for none. The option has to be given then, unless it is
   * optional, or a record all of whose options may be left out.
   */
  String byDefault() default "";

  /** The least number accepted, of a duration in seconds. For a list, the bound of each element. */
  double min() default Double.NEGATIVE_INFINITY;

  /** The greatest number accepted, as {@link #min}. */
  double max() default Double.POSITIVE_INFINITY;

  /** Whether {@link #min} itself is refused. */
  boolean minExclusive() default false;

  /** Whether {@link #max} itself is refused. */
  boolean maxExclusive() default false;

  /** Other keys that mean the same, such as the names other tools use. */
  String[] aliases() default {};

  /**
   * The parts of a cell that the option moves. By default those of its extension point, or of the
   * option that holds its record or has chosen its extension. An option may move less than these,
   * or {@link Effect#NOTHING}.
   */
  Effect[] affects() default {};
}
