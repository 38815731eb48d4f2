package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;

/** The escapes in Python's string literals. */
final class PythonEscapes {
  private static final String NAMES = "nrtabfv\\'\"";
  private static final String MEANT = "\n\r\t\u0007\b\f\u000b\\'\"";

  private PythonEscapes() {}

  /**
   * Reads the escape at a backslash.
   *
   * @return where the text goes on
   */
  static int read(String source, int backslash, StringBuilder into) {
    int at = backslash + 1;
    if (at >= source.length()) {
      return at;
    }
    char kind = source.charAt(at);
    int named = NAMES.indexOf(kind);
    if (named >= 0) {
      into.append(MEANT.charAt(named));
      return at + 1;
    }
    if (kind == '\n') {
      return at + 1;
    }
    return switch (kind) {
      case 'x' -> hexadecimal(source, at + 1, 2, into);
      case 'u' -> hexadecimal(source, at + 1, 4, into);
      case 'U' -> hexadecimal(source, at + 1, 8, into);
      default -> kind >= '0' && kind <= '7' ? octal(source, at, into) : unknown(kind, at, into);
    };
  }

  private static int unknown(char kind, int at, StringBuilder into) {
    if (kind == 'N') {
      throw new JinjaException(
          "characters by name (\\N{...}) are not supported; write \\u and four digits");
    }
    into.append('\\');
    return at;
  }

  private static int hexadecimal(String source, int from, int digits, StringBuilder into) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < source.length() ? Character.digit(source.charAt(i), 16) : -1;
      value = value << 4 | digit;
      if (digit < 0 || value > Character.MAX_CODE_POINT || value < 0) {
        throw new JinjaException(
            "a malformed escape: \\"
                + source.charAt(from - 1)
                + " needs "
                + digits
                + " hexadecimal digits of a character");
      }
    }
    into.appendCodePoint(value);
    return from + digits;
  }

  private static int octal(String source, int from, StringBuilder into) {
    int value = 0;
    int at = from;
    while (at < source.length()
        && at < from + 3
        && source.charAt(at) >= '0'
        && source.charAt(at) <= '7') {
      value = value * 8 + source.charAt(at++) - '0';
    }
    into.append((char) value);
    return at;
  }
}
