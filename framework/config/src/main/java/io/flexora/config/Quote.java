package io.flexora.config;

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
      append(out, point);
      i += Character.charCount(point);
      if (out.length() >= LONGEST && i < text.length()) {
        out.append("...");
      }
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      case '\r' -> out.append("\\r");
      default -> {
        if (isInvisible(point)) {
          out.append(String.format("\\u%04x", point));
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }

  private static boolean isInvisible(int point) {
    return Character.isISOControl(point)
        || Character.getType(point) == Character.FORMAT
        || Character.getType(point) == Character.SURROGATE;
  }
}
