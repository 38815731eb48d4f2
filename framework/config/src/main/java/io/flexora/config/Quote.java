package io.flexora.config;

import io.flexora.files.message.Printable;

/** Writes values that a user wrote into messages, on one line and not too long. */
final class Quote {

  private static final int LONGEST = 60;

  private Quote() {}

  /** The text in quotes. */
  static String quoted(String text) {
    return "'" + shortened(text) + "'";
  }

  /** The text with control characters escaped, cut when it is long. */
  static String shortened(String text) {
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
