package io.flexora.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table of texts in columns as wide as their widest cell. Where there is no room for all of it,
 * columns that can be missed are left out, and texts are broken between words.
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

  /**
   * A column.
   *
   * @param title its title
   * @param side where its texts stand
   * @param needed whether it stays where there is too little room for all columns
   */
  public record Column(String title, Side side, boolean needed) {

    /** The same, left out where there is too little room. */
    public Column ifThereIsRoom() {
      return new Column(title, side, false);
    }
  }

  /** Makes a table without rows. */
  public Table(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** A column of words. */
  public static Column words(String title) {
    return new Column(title, Side.LEFT, /* needed= */ true);
  }

  /** A column of numbers. */
  public static Column numbers(String title) {
    return new Column(title, Side.RIGHT, /* needed= */ true);
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

  /**
   * The lines of the table: the titles, then the rows.
   *
   * @param room how many characters a line may have; a table that is wider even without what can be
   *     missed and with every text broken stays so
   */
  public List<String> lines(Palette palette, int room) {
    List<Integer> shown = new ArrayList<>(IntStream.range(0, columns.size()).boxed().toList());
    while (width(shown, this::narrowest) > room && shown.stream().anyMatch(this::canBeMissed)) {
      shown.remove(shown.stream().filter(this::canBeMissed).reduce((a, b) -> b).orElseThrow());
    }
    int[] widths = shown.stream().mapToInt(this::widest).toArray();
    int excess = width(shown, this::widest) - room;
    while (excess > 0) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        boolean breaks = widths[i] > narrowest(shown.get(i));
        widest = breaks && (widest < 0 || widths[i] > widths[widest]) ? i : widest;
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
      excess--;
    }
    List<String> lines = new ArrayList<>();
    lines(shown, widths, i -> columns.get(i).title())
        .forEach(line -> lines.add(palette.strong(line)));
    rows.forEach(row -> lines.addAll(lines(shown, widths, row::get)));
    return lines;
  }

  private boolean canBeMissed(int column) {
    return !columns.get(column).needed();
  }

  private static int width(List<Integer> shown, IntUnaryOperator width) {
    int gaps = GAP.length() * Math.max(0, shown.size() - 1);
    return gaps + shown.stream().mapToInt(i -> width.applyAsInt(i)).sum();
  }

  private int widest(int column) {
    return texts(column).mapToInt(String::length).max().orElse(0);
  }

  /** The width of the longest word. */
  private int narrowest(int column) {
    return texts(column)
        .flatMap(text -> Stream.of(text.split(" ", -1)))
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  private Stream<String> texts(int column) {
    return Stream.concat(
        Stream.of(columns.get(column).title()), rows.stream().map(row -> row.get(column)));
  }

  /** The lines of a row; more than one where a text is wider than its column. */
  private List<String> lines(List<Integer> shown, int[] widths, IntFunction<String> text) {
    List<List<String>> broken =
        IntStream.range(0, widths.length)
            .mapToObj(i -> broken(text.apply(shown.get(i)), widths[i]))
            .toList();
    int height = broken.stream().mapToInt(List::size).max().orElse(0);
    return IntStream.range(0, height)
        .mapToObj(
            line ->
                IntStream.range(0, widths.length)
                    .mapToObj(
                        i ->
                            padded(
                                line < broken.get(i).size() ? broken.get(i).get(line) : "",
                                widths[i],
                                columns.get(shown.get(i)).side()))
                    .collect(Collectors.joining(GAP))
                    .stripTrailing())
        .toList();
  }

  private static List<String> broken(String text, int width) {
    return text.length() <= width ? List.of(text) : Paragraph.wrap(text, 0, width);
  }

  private static String padded(String text, int width, Side side) {
    String blanks = " ".repeat(width - text.length());
    return side == Side.LEFT ? text + blanks : blanks + text;
  }
}
