package io.flexora.files.message;

import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Escapes the characters by which a name or a text from elsewhere could move a terminal's cursor,
 * turn the direction of a line, or begin a line of its own.
 *
 * @since 0.1
 */
public final class Printable {

  private static final int BRIEF = 100;
  private static final int LONGEST_LINE = 2000;

  private Printable() {}

  /** A name from elsewhere on one line, its first {@value #BRIEF} characters. */
  public static String brief(String name) {
    return line(cut(name, BRIEF));
  }

  /** The first {@value #LONGEST_LINE} characters of each line of a message. */
  public static String shortened(String message) {
    return message.length() <= LONGEST_LINE
        ? message
        : message.lines().map(line -> cut(line, LONGEST_LINE)).collect(Collectors.joining("\n"));
  }

  private static String cut(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most)) + "…";
  }

  /** A text on one line: control and format characters become {@code \n} or {@code \u001b}. */
  public static String line(String text) {
    return escaped(text, Printable::isInvisible);
  }

  /** The same of each line of a text; tabs and line breaks stay. */
  public static String lines(String text) {
    return escaped(
        text.replace("\r\n", "\n"), point -> point != '\n' && point != '\t' && isInvisible(point));
  }

  /** Lines in any script: format characters, which some scripts need, stay as well. */
  public static String prose(String text) {
    return escaped(text, point -> point != '\n' && point != '\t' && Character.isISOControl(point));
  }

  private static String escaped(String text, IntPredicate hidden) {
    if (text.codePoints().noneMatch(hidden)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(point -> append(out, point, hidden));
    return out.toString();
  }

  private static void append(StringBuilder out, int point, IntPredicate hidden) {
    if (!hidden.test(point)) {
      out.appendCodePoint(point);
      return;
    }
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      case '\r' -> out.append("\\r");
      default -> out.append(String.format("\\u%04x", point));
    }
  }

  private static boolean isInvisible(int point) {
    return Character.isISOControl(point)
        || Character.getType(point) == Character.FORMAT
        || Character.getType(point) == Character.SURROGATE
        || Character.getType(point) == Character.LINE_SEPARATOR
        || Character.getType(point) == Character.PARAGRAPH_SEPARATOR;
  }
}
