package io.flexora.jinja.method;

import java.util.Locale;

/** Upper and lower case as Python changes and tests them. */
public final class TextCase {
  /** The JDK copies the rest of a text for each letter that grows, so it sees short pieces. */
  private static final int PIECE = 1024;

  private static final char DOTTED_I = '\u0130';
  private static final char SIGMA = '\u03a3';
  private static final char SMALL_SIGMA = '\u03c3';
  private static final char FINAL_SIGMA = '\u03c2';

  /** Punctuation that stands within words. */
  private static final String WITHIN_WORDS =
      "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

  private TextCase() {}

  /** Upper case, in time that grows with the length of the text. */
  public static String upper(String text) {
    if (text.length() <= PIECE) {
      return text.toUpperCase(Locale.ROOT);
    }
    StringBuilder result = new StringBuilder(text.length());
    int end;
    for (int start = 0; start < text.length(); start = end) {
      end = Math.min(text.length(), start + PIECE);
      end -= end < text.length() && Character.isLowSurrogate(text.charAt(end)) ? 1 : 0;
      result.append(text.substring(start, end).toUpperCase(Locale.ROOT));
    }
    return result.toString();
  }

  /** Lower case, in time that grows with the length of the text; a sigma as Unicode has it. */
  public static String lower(String text) {
    if (text.indexOf(DOTTED_I) < 0 && text.indexOf(SIGMA) < 0) {
      return text.toLowerCase(Locale.ROOT);
    }
    StringBuilder result = new StringBuilder(text.length());
    int c;
    for (int at = 0; at < text.length(); at += Character.charCount(c)) {
      c = text.codePointAt(at);
      if (c == DOTTED_I) {
        result.append("i\u0307");
      } else if (c == SIGMA) {
        result.append(isFinal(text, at) ? FINAL_SIGMA : SMALL_SIGMA);
      } else {
        result.appendCodePoint(Character.toLowerCase(c));
      }
    }
    return result.toString();
  }

  /** Whether a letter ends a word: one with case stands before it, and none after it. */
  private static boolean isFinal(String text, int at) {
    int before = at;
    while (before > 0 && isIgnorable(text.codePointBefore(before))) {
      before -= Character.charCount(text.codePointBefore(before));
    }
    int after = at + 1;
    while (after < text.length() && isIgnorable(text.codePointAt(after))) {
      after += Character.charCount(text.codePointAt(after));
    }
    return before > 0
        && isCased(text.codePointBefore(before))
        && (after == text.length() || !isCased(text.codePointAt(after)));
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  /** Unicode's Case_Ignorable. */
  private static boolean isIgnorable(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> WITHIN_WORDS.indexOf(c) >= 0;
    };
  }

  /** The first character in title case, the rest in lower case. */
  public static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    String rest = text.substring(Character.charCount(first));
    return titled(first) + lower(rest);
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
