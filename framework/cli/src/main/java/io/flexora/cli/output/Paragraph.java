package io.flexora.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Breaks prose into lines between words; a number and the sign for per cent stay together.
 *
 * @since 0.1
 */
public final class Paragraph {

  private Paragraph() {}

  /**
   * The lines of a text.
   *
   * @param text words; what is longer than a line stands on a line of its own
   * @param indent blanks in front of each line
   * @param columns the width of a line, indent included
   */
  public static List<String> wrap(String text, int indent, int columns) {
    return hanging(" ".repeat(indent), text, indent, columns);
  }

  /**
   * The lines of a text behind a head, such as the name of what it explains.
   *
   * @param head stands in front of the first word as it is
   * @param text words; what is longer than a line stands on a line of its own
   * @param indent blanks in front of each further line
   * @param columns the width of a line
   */
  public static List<String> hanging(String head, String text, int indent, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(head);
    int width = Palette.width(head);
    boolean empty = true;
    for (String word : text.strip().split("\\s++(?!%)", -1)) {
      int more = Palette.width(word);
      if (!empty && width + 1 + more > columns) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(indent));
        width = indent;
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      width += (empty ? 0 : 1) + more;
      empty = false;
    }
    lines.add(line.toString());
    return lines;
  }

  /** Breaks the lines of a text that are wider than there is room; each keeps its indent. */
  public static String fitted(String text, int columns) {
    return text.lines()
        .flatMap(line -> fit(line, columns).stream())
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static List<String> fit(String line, int columns) {
    // What is to be copied into a shell stays whole.
    if (Palette.width(line) <= columns || line.contains(": flexora ")) {
      return List.of(line);
    }
    return wrap(line, line.length() - line.stripLeading().length(), columns);
  }
}
