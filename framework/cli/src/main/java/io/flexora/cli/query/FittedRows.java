package io.flexora.cli.query;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of texts, of which some may be too wide for where they are shown. */
final class FittedRows {

  private static final int GAP = 2;
  private static final String CUT = "...";

  /** How much of a text tells something. */
  private static final int LEAST = 16;

  private final List<Table.Column> columns;
  private final List<List<String>> rows;

  FittedRows(List<Table.Column> columns, List<List<String>> rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /** A table if it fits with its widest texts cut; else each row as a list of its values. */
  List<String> lines(Palette palette, int room) {
    int[] widths = widths(room);
    if (width(widths) > room) {
      return lists(palette, room);
    }
    Table table = new Table(columns);
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
    boolean list = width(widths) > room;
    return rows.stream()
        .anyMatch(
            row ->
                IntStream.range(0, widths.length)
                    .anyMatch(
                        i -> row.get(i).length() > (list ? room - names() - GAP : widths[i])));
  }

  /** The widths of the columns, the widest ones narrowed as far as they can be. */
  private int[] widths(int room) {
    int[] widths = IntStream.range(0, columns.size()).map(this::widest).toArray();
    int[] least =
        IntStream.range(0, widths.length)
            .map(
                i ->
                    columns.get(i).side() == Table.Side.RIGHT
                        ? widths[i]
                        : Math.min(widths[i], Math.max(LEAST, columns.get(i).title().length())))
            .toArray();
    int excess = width(widths) - room;
    while (excess > 0) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        boolean gives = widths[i] > least[i];
        widest = gives && (widest < 0 || widths[i] > widths[widest]) ? i : widest;
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
      excess--;
    }
    return widths;
  }

  private int widest(int column) {
    return Math.max(
        columns.get(column).title().length(),
        rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }

  private static int width(int[] widths) {
    return IntStream.of(widths).sum() + GAP * Math.max(0, widths.length - 1);
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
                + " ".repeat(names - name.length() + GAP)
                + cut(row.get(i), Math.max(LEAST, room - names - GAP)));
      }
    }
    return lines;
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
