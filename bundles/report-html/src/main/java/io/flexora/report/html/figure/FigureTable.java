package io.flexora.report.html.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A table as the page shows it.
 *
 * @param caption what it shows
 * @param head the names of the columns
 * @param rows the rows; the first cell of each names it
 */
public record FigureTable(String caption, List<TableEntry> head, List<TableRow> rows) {

  /**
   * A text under the name of its column; numbers are set to the right, and sorted by a number of
   * their own where the text is none.
   */
  public record TableEntry(String text, String column, boolean number, String sort) {}

  /** A row; the emphasised one is the main cell's. */
  public record TableRow(String name, List<TableEntry> entries, boolean emphasis) {}

  /** A column: its name, and what it shows of that which a row is of. */
  public record Column<T>(String name, Function<T, SortedText> figure) {

    /** A column of texts. */
    public static <T> Column<T> text(String name, Function<T, String> text) {
      return new Column<>(name, text.andThen(SortedText::text));
    }
  }

  /** Begins a table whose first column names what each row is of; see {@link #of(String, List)}. */
  public static <T> FigureTable of(String caption, String first, List<Column<T>> columns) {
    return of(
        caption, Stream.concat(Stream.of(first), columns.stream().map(Column::name)).toList());
  }

  /** Adds a row of what columns show. */
  public <T> void figures(String name, boolean emphasis, List<Column<T>> columns, T of) {
    figures(name, emphasis, columns.stream().map(column -> column.figure().apply(of)).toList());
  }

  /** Begins a table whose columns are named as given; a name that starts with # holds numbers. */
  public static FigureTable of(String caption, List<String> columns) {
    List<TableEntry> head = columns.stream().map(FigureTable::heading).toList();
    return new FigureTable(caption, head, new ArrayList<>());
  }

  /** Begins a table; see {@link #of(String, List)}. */
  public static FigureTable of(String caption, String... columns) {
    return of(caption, Arrays.asList(columns));
  }

  /** Adds a row; the texts are aligned as their columns. */
  public void row(String name, boolean emphasis, List<String> texts) {
    figures(name, emphasis, texts.stream().map(SortedText::text).toList());
  }

  /** Adds a row whose entries know their rank; see {@link #row(String, boolean, List)}. */
  public void figures(String name, boolean emphasis, List<SortedText> figures) {
    List<TableEntry> entries = new ArrayList<>();
    for (int i = 0; i < figures.size(); i++) {
      TableEntry column = head.get(i + 1);
      SortedText figure = figures.get(i);
      entries.add(new TableEntry(figure.text(), column.text(), column.number(), figure.sort()));
    }
    rows.add(new TableRow(name, entries, emphasis));
  }

  /** Adds a row without emphasis. */
  public void row(String name, String... texts) {
    row(name, false, Arrays.asList(texts));
  }

  private static TableEntry heading(String column) {
    boolean number = column.startsWith("#");
    String name = number ? column.substring(1) : column;
    return new TableEntry(name, name, number, "");
  }
}
