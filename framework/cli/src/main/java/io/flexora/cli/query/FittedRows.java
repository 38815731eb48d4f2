package io.flexora.cli.query;

import io.flexora.cli.output.ColumnWidths;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of texts, of which some may be too wide for where they are shown. */
final class FittedRows {

  private static final String CUT = "...";

  /** How much of a text tells something. */
  private static final int LEAST = 16;

  private final List<TextTable.Column> columns;
  private final List<List<String>> rows;

  FittedRows(List<TextTable.Column> columns, List<List<String>> rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /** A table if it fits with its widest texts cut; else each row as a list of its values. */
  List<String> lines(Palette palette, int room) {
    int[] widths = widths(room);
    if (ColumnWidths.total(widths) > room) {
      return lists(palette, room);
    }
    TextTable table = new TextTable(columns);
    rows.forEach(
        row ->
            table.row(
                IntStream.range(0, widths.length)
                    .mapToObj(i -> cut(row.get(i), widths[i]))
                    .toList()));
    return table.lines(palette, room);
  }

  /** Whether the lines lack something of the texts. */
  boolean isCut(int room) {
    int[] widths = widths(room);
    boolean list = ColumnWidths.total(widths) > room;
    return rows.stream()
        .anyMatch(
            row ->
                IntStream.range(0, widths.length)
                    .anyMatch(i -> row.get(i).length() > (list ? besideNames(room) : widths[i])));
  }

  /** The widths of the columns, the widest ones narrowed as far as they can be. */
  private int[] widths(int room) {
    int[] widths = IntStream.range(0, columns.size()).map(this::widest).toArray();
    int[] least =
        IntStream.range(0, widths.length)
            .map(
                i ->
                    columns.get(i).side() == TextTable.Side.RIGHT
                        ? widths[i]
                        : Math.min(widths[i], Math.max(LEAST, columns.get(i).title().length())))
            .toArray();
    return ColumnWidths.narrowed(widths, least, room);
  }

  private int widest(int column) {
    return Math.max(
        columns.get(column).title().length(),
        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }

  private List<String> lists(Palette palette, int room) {
    List<String> lines = new ArrayList<>();
    int names = names();
    for (List<String> row : rows) {
      lines.addAll(lines.isEmpty() ? List.of() : List.of(""));
      for (int i = 0; i < columns.size(); i++) {
        String name = columns.get(i).title();
        lines.add(
            palette.strong(name)
                + " ".repeat(names - name.length())
                + ColumnWidths.GAP
                + cut(row.get(i), Math.max(LEAST, besideNames(room))));
      }
    }
    return lines;
  }

  private int besideNames(int room) {
    return room - names() - ColumnWidths.GAP.length();
  }

  private int names() {
    return columns.stream().mapToInt(column -> column.title().length()).max().orElse(0);
  }

  private static String cut(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int end = width - CUT.length();
    boolean halved = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, halved ? end - 1 : end) + CUT;
  }
}
