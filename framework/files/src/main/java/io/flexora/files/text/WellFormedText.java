package io.flexora.files.text;

/**
 * Text that UTF-8 can hold. A Java string may have one half of a surrogate pair without the other,
 * as where a program cut a text in the middle of an emoji.
 *
 * @since 0.1
 */
public final class WellFormedText {

  private static final int REPLACEMENT = 0xFFFD;

  private WellFormedText() {}

  /** The text with U+FFFD in place of each surrogate that has no other half. */
  public static String of(String text) {
    return text.chars().noneMatch(c -> Character.isSurrogate((char) c))
        ? text
        : new String(
            text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
                .toArray(),
            0,
            text.codePointCount(0, text.length()));
  }
}
