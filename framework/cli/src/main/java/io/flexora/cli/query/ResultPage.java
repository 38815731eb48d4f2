package io.flexora.cli.query;

import io.flexora.cli.output.Console;
import io.flexora.cli.output.JsonLine;
import io.flexora.cli.output.TextTable;
import io.flexora.files.text.SeparatedValues;
import io.flexora.query.QueryResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Shows the rows that a query found.
 *
 * @since 0.1
 */
public final class ResultPage {

  private final Console console;

  /** Writes to a console. */
  public ResultPage(Console console) {
    this.console = console;
  }

  /**
   * Shows the rows as an aligned table, or each as a JSON object in JSON mode. On a terminal that
   * is too narrow, wide values are cut, or each row is a list of its values where that is not
   * enough.
   */
  public void show(QueryResult result) {
    List<TextTable.Column> columns =
        IntStream.range(0, result.columns().size()).mapToObj(i -> column(result, i)).toList();
    List<List<String>> rows =
        result.rows().stream().map(row -> row.stream().map(CellText::forPeople).toList()).toList();
    FittedRows fitted = new FittedRows(columns, rows);
    console.result(fitted.lines(console.palette(), console.columns()));
    if (fitted.isCut(console.columns()) && !console.verbosity().json()) {
      console.message("Long values are cut to this terminal's width; --csv and --json show all.");
    }
    List<String> names = distinct(result.columns());
    for (List<Object> row : result.rows()) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), row.get(i));
      }
      console.json("row", Map.of("values", values));
    }
  }

  /** Shows the rows as CSV (RFC 4180), with a line of titles; NULL is an empty field. */
  public void csv(QueryResult result) {
    console.document(new SeparatedValues().row(result.columns()).text());
    for (List<Object> row : result.rows()) {
      console.document(
          new SeparatedValues().row(row.stream().map(CellText::exact).toList()).text());
    }
  }

  private static TextTable.Column column(QueryResult result, int index) {
    String title = result.columns().get(index);
    boolean numbers =
        result.rows().stream()
            .allMatch(r -> r.get(index) == null || r.get(index) instanceof Number);
    return numbers ? TextTable.numbers(title) : TextTable.words(title);
  }

  /** The names, with a number behind one that was there before. */
  private static List<String> distinct(List<String> names) {
    Set<String> taken = new HashSet<>();
    List<String> distinct = new ArrayList<>();
    for (String name : names) {
      String free = name;
      for (int i = 2; !taken.add(free); i++) {
        free = name + "_" + i;
      }
      distinct.add(free);
    }
    return distinct;
  }

  /** A value of a row as a text. */
  private static final class CellText {

    private static final MathContext DIGITS = new MathContext(6);

    private CellText() {}

    /** The whole text; lists and maps as JSON, NULL as nothing. */
    static String exact(Object value) {
      if (value == null) {
        return "";
      }
      return value instanceof List || value instanceof Map ? JsonLine.of(value) : value.toString();
    }

    /** On one line; numbers with six digits. */
    static String forPeople(Object value) {
      if (value == null) {
        return "NULL";
      }
      if (value instanceof Double number && Double.isFinite(number)) {
        return rounded(number);
      }
      return exact(value).replaceAll("\\p{Cntrl}+", " ");
    }

    private static String rounded(double number) {
      double shown = new BigDecimal(number).round(DIGITS).doubleValue();
      return shown == Math.rint(shown) && Math.abs(shown) < 1e15
          ? String.valueOf((long) shown)
          : String.valueOf(shown);
    }
  }
}
