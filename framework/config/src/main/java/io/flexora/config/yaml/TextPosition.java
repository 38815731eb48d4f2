package io.flexora.config.yaml;

/**
 * A place in a text.
 *
 * @param line from 1
 * @param column from 1
 */
record TextPosition(int line, int column) {

  /**
   * Finds the line and column of a character.
   *
   * @param codePoints the number of characters before it
   */
  static TextPosition of(String text, int codePoints) {
    int length = text.length();
    int end = codePoints >= length ? length : text.offsetByCodePoints(0, codePoints);
    return after(text.substring(0, end));
  }

  /** The place right after a text. */
  static TextPosition after(String before) {
    int lines = (int) before.chars().filter(c -> c == '\n').count();
    String last = before.substring(before.lastIndexOf('\n') + 1);
    return new TextPosition(lines + 1, last.codePointCount(0, last.length()) + 1);
  }

  Location in(Location source) {
    return source.at(line, column);
  }
}
