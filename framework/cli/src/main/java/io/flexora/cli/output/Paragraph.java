package io.flexora.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks prose into lines between words.
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
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      if (!line.isEmpty() && indent + line.length() + 1 + word.length() > columns) {
        lines.add(" ".repeat(indent) + line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(" ".repeat(indent) + line);
    return lines;
  }
}
