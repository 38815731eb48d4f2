package io.flexora.config.yaml;

import io.flexora.files.message.Printable;

/**
 * Values that a user wrote, as messages show them: on one line and not too long.
 *
 * @since 0.1
 */
public final class Quote {

  private static final int LONGEST = 60;

  private Quote() {}

  /** The text in quotes. */
  public static String quoted(String text) {
    return "'" + shortened(text) + "'";
  }

  /** The text with control characters escaped, cut when it is long. */
  public static String shortened(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < LONGEST; ) {
      int point = text.codePointAt(i);
      out.append(Printable.line(Character.toString(point)));
      i += Character.charCount(point);
      if (out.length() >= LONGEST && i < text.length()) {
        out.append("...");
      }
    }
    return out.toString();
  }
}
