package io.flexora.cli.output;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table of texts in columns as wide as their widest cell. Where there is no room for all of it,
 * titles are broken between words, then columns that can be missed are left out, which a last line
 * tells, and then texts are broken.
 *
 * @since 0.1
 */
public final class TextTable {

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
   * @param missed how well it can be missed where there is too little room: 0 if it cannot, else
   *     the more the sooner
   */
  public record Column(String title, Side side, int missed) {

    /** The same, left out where there is too little room. */
    public Column ifThereIsRoom() {
      return ifThereIsRoom(1);
    }

    /** The same, left out where those with smaller numbers leave too little room. */
    public Column ifThereIsRoom(int rank) {
      return new Column(title, side, rank);
    }
  }

  /** Makes a table without rows. */
  public TextTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** A column of words. */
  public static Column words(String title) {
    return new Column(title, Side.LEFT, /* missed= */ 0);
  }

  /** A column of numbers. */
  public static Column numbers(String title) {
    return new Column(title, Side.RIGHT, /* missed= */ 0);
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has not as many cells as there are columns
   */
  public TextTable row(List<String> cells) {
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
    List<Integer> shown = shown(room);
    int[] whole = ColumnWidths.narrowed(of(shown, this::widest), of(shown, this::unbroken), room);
    int[] widths = ColumnWidths.narrowed(whole, of(shown, this::narrowest), room);
    List<String> lines = new ArrayList<>();
    lines(shown, widths, i -> columns.get(i).title())
        .forEach(line -> lines.add(palette.strong(line)));
    rows.forEach(row -> lines.addAll(lines(shown, widths, row::get)));
    leftOut(shown, room).forEach(line -> lines.add(palette.faint(line)));
    return lines;
  }

  /**
   * Whether there is a column, and room for it.
   *
   * @param title the title of the column
   * @param room how many characters a line may have
   */
  public boolean shows(String title, int room) {
    return shown(room).stream().anyMatch(i -> columns.get(i).title().equals(title));
  }

  /** The columns that are needed, and of the others what there is room for without a break. */
  private List<Integer> shown(int room) {
    List<Integer> shown = new ArrayList<>();
    IntStream.range(0, columns.size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> columns.get(i).missed()))
        .forEach(
            i -> {
              shown.add(i);
              if (columns.get(i).missed() > 0
                  && ColumnWidths.total(of(shown, this::unbroken)) > room) {
                shown.remove(i);
              }
            });
    Collections.sort(shown);
    return shown;
  }

  private List<String> leftOut(List<Integer> shown, int room) {
    String titles =
        IntStream.range(0, columns.size())
            .filter(i -> !shown.contains(i))
            .mapToObj(i -> columns.get(i).title())
            .collect(Collectors.joining(", "));
    return titles.isEmpty()
        ? List.of()
        : Paragraph.wrap("Without room for " + titles + ".", 0, room);
  }

  private static int[] of(List<Integer> shown, IntUnaryOperator width) {
    return shown.stream().mapToInt(width::applyAsInt).toArray();
  }

  private int widest(int column) {
    return texts(column).mapToInt(String::length).max().orElse(0);
  }

  /** The width at which the title alone is broken. */
  private int unbroken(int column) {
    return Math.max(
        longestWord(Stream.of(columns.get(column).title())),
        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }

  private int narrowest(int column) {
    return longestWord(texts(column));
  }

  private static int longestWord(Stream<String> texts) {
    return texts
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
                    .collect(Collectors.joining(ColumnWidths.GAP))
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
