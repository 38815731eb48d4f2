package io.flexora.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of texts in columns as wide as their widest cell.
 *
 * @since 0.1
 */
public final class Table {

  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /** On which side of its column a text stands. */
  public enum Side {
    /** For words. */
    LEFT,
    /** For numbers. */
    RIGHT
  }

  /** A column's title and side. */
  public record Column(String title, Side side) {}

  /** Makes a table without rows. */
  public Table(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** A column of words. */
  public static Column words(String title) {
    return new Column(title, Side.LEFT);
  }

  /** A column of numbers. */
  public static Column numbers(String title) {
    return new Column(title, Side.RIGHT);
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has not as many cells as there are columns
   */
  public Table row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(cells.size() + " cells for " + columns.size());
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** The lines of the table: the titles, then the rows. */
  public List<String> lines(Palette palette) {
    int[] widths = IntStream.range(0, columns.size()).map(this::width).toArray();
    List<String> lines = new ArrayList<>();
    lines.add(palette.strong(line(columns.stream().map(Column::title).toList(), widths)));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int width(int column) {
    int title = columns.get(column).title().length();
    return Math.max(title, rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0));
  }

  private String line(List<String> cells, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(i -> padded(cells.get(i), widths[i], columns.get(i).side()))
        .collect(Collectors.joining(GAP))
        .stripTrailing();
  }

  private static String padded(String text, int width, Side side) {
    String blanks = " ".repeat(width - text.length());
    return side == Side.LEFT ? text + blanks : blanks + text;
  }
}
