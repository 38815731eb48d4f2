package io.flexora.config.option;

import java.util.Collection;
import java.util.Locale;

/**
 * Names of Java as those of YAML, and lists of names as text.
 *
 * @since 0.1
 */
public final class Words {

  private Words() {}

  /** The key of a record component: {@code innerSteps} is {@code inner_steps}. */
  public static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** The word of an enum constant: {@code FIRST_ORDER} is {@code first-order}. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The names, separated by commas; {@code none} for none. */
  public static String list(Collection<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  /** The word with its article. */
  public static String aOrAn(String word) {
    return ("aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
  }
}
