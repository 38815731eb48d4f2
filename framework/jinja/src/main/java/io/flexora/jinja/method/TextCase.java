package io.flexora.jinja.method;

import java.util.Locale;

/** Upper and lower case as Python changes and tests them. */
public final class TextCase {
  private TextCase() {}

  /** The first character in title case, the rest in lower case. */
  public static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    String rest = text.substring(Character.charCount(first));
    return titled(first) + rest.toLowerCase(Locale.ROOT);
  }

  private static String titled(int character) {
    int title = Character.toTitleCase(character);
    return title == character
        ? Character.toString(character).toUpperCase(Locale.ROOT)
        : Character.toString(title);
  }

  /** Each run of letters begins in title case, as {@code str.title} does. */
  static String title(String text) {
    StringBuilder result = new StringBuilder();
    boolean[] inWord = {false};
    text.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              result.append(inWord[0] ? one.toLowerCase(Locale.ROOT) : titled(c));
              inWord[0] = Character.isLetter(c);
            });
    return result.toString();
  }

  static String swapped(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              result.append(
                  Character.isUpperCase(c)
                      ? one.toLowerCase(Locale.ROOT)
                      : one.toUpperCase(Locale.ROOT));
            });
    return result.toString();
  }

  public static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(Character::isLowerCase);
  }

  public static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(Character::isUpperCase);
  }
}
