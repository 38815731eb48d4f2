package io.flexora.config;

import java.util.Collection;
import java.util.Locale;

/** Turns names of Java into those of YAML, and lists of names into text. */
final class Words {

  private Words() {}

  /** The key of a record component: {@code innerSteps} is {@code inner_steps}. */
  static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** The word of an enum constant: {@code FIRST_ORDER} is {@code first-order}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The names, separated by commas; {@code none} for none. */
  static String list(Collection<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  /** The word with its article. */
  static String aOrAn(String word) {
    return ("aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
  }
}
