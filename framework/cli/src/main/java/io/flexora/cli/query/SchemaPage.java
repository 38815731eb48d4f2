package io.flexora.cli.query;

import io.flexora.cli.output.Console;
import io.flexora.cli.output.TextTable;
import io.flexora.host.FlexoraHost;
import io.flexora.query.View;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows what a query can ask for.
 *
 * @since 0.1
 */
public final class SchemaPage {

  private static final List<String> EXAMPLE =
      List.of(
          "Example:",
          "  flexora query \"SELECT strategy, avg(value) AS mean, stddev(value) AS deviation,",
          "      count(*) AS cells FROM cells WHERE state = 'done' GROUP BY strategy",
          "      ORDER BY mean DESC\"",
          "",
          "The SQL is DuckDB's. It sees these views and nothing else: no file, no network.");

  private final Console console;

  /** Writes to a console. */
  public SchemaPage(Console console) {
    this.console = console;
  }

  /** Shows the views with their columns and an example; in JSON mode an object for each view. */
  public void show() {
    for (View view : FlexoraHost.views()) {
      console.prose(console.palette().strong(view.title()) + ": " + view.doc());
      TextTable table =
          new TextTable(
              List.of(
                  TextTable.words("  column"), TextTable.words("type"), TextTable.words("what")));
      view.columns().forEach(c -> table.row(List.of("  " + c.name(), c.type(), c.doc())));
      console.result(table.lines(console.palette(), console.columns()));
      console.result("");
      console.json("view", json(view));
    }
    console.result(EXAMPLE);
  }

  private static Map<String, Object> json(View view) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", view.title());
    json.put("doc", view.doc());
    json.put("columns", view.columns());
    return json;
  }
}
