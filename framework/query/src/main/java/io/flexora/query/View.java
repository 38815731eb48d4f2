package io.flexora.query;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A view that a query asks for by its name.
 *
 * @since 0.1
 */
public enum View {
  /** One row for each run. */
  RUNS(
      "one row for each run; a cell of a comparison is a run of its own",
      new Column("run", "VARCHAR", "the run: its folder, below the folder of runs"),
      new Column("comparison", "VARCHAR", "the comparison that it is a cell of"),
      new Column("name", "VARCHAR", "the name in its configuration"),
      new Column("started", "TIMESTAMP", "when it was started last, UTC"),
      new Column("finished", "BOOLEAN", "whether it has ended"),
      new Column("model", "VARCHAR", "source of the model, or its name in the comparison"),
      new Column("dataset", "VARCHAR", "the dataset"),
      new Column("task", "VARCHAR", "the task, or its name in the comparison"),
      new Column("selector", "VARCHAR", "what chooses the layers"),
      new Column("seed", "BIGINT", "the seed"),
      new Column("model_layers", "BIGINT", "number of layers of the model; of finished runs"),
      new Column("device", "VARCHAR", "where it was computed"),
      new Column("flexora", "VARCHAR", "version of Flexora"),
      new Column("folder", "VARCHAR", "the folder"),
      new Column("configuration", "VARCHAR", "the resolved configuration, as YAML")),
  /** One row for each cell of a run. */
  CELLS(
      "one row for each strategy of a run, and for each cell of a comparison, trials included",
      Stream.of(
              Stream.of(
                  new Column("run", "VARCHAR", "the run, as in runs"),
                  new Column("comparison", "VARCHAR", "the comparison"),
                  new Column(
                      "cell",
                      "VARCHAR",
                      "its name: main, or that of a baseline, with +POSTERIOR; joins with events"),
                  new Column("model", "VARCHAR", "as in runs"),
                  new Column("task", "VARCHAR", "as in runs"),
                  new Column(
                      "strategy", "VARCHAR", "the selector, by its name in the configuration"),
                  new Column("adapter", "VARCHAR", "the adapter method"),
                  new Column(
                      "posterior",
                      "VARCHAR",
                      "the posterior, by its name in the configuration; null for the trained model itself"),
                  new Column("seed", "BIGINT", "the seed"),
                  new Column(
                      "trial",
                      "BIGINT",
                      "the number of the trial of a tuning, from 0; null for what is tested. The configuration"
                          + " of its run has its values, and its examples are of the validation split")),
              OutcomeColumns.columns(),
              Stream.of(
                  new Column(
                      "code",
                      "JSON",
                      "the SHA-256 of each jar whose code made it, by name: code->>'flexora-numerics'")))
          .flatMap(columns -> columns)
          .toArray(Column[]::new)),
  /** One row for each event. */
  EVENTS(
      "one row for each event of a run: steps with their figures, and other events",
      new Column("run", "VARCHAR", "the run, as in runs"),
      new Column("cell", "VARCHAR", "the cell, as in cells; empty for the run itself"),
      new Column("phase", "VARCHAR", "search, train, evaluate, or empty outside of them"),
      new Column("kind", "VARCHAR", "step, or what happened"),
      new Column("step", "BIGINT", "steps done in the phase"),
      new Column("time", "TIMESTAMP", "when, UTC"),
      new Column("figures", "JSON", "what was measured: figures->>'training_loss'")),
  /** One row for each prediction. */
  PREDICTIONS(
      "one row for each test example of a cell, those of further test sets included",
      new Column("run", "VARCHAR", "the run, as in runs"),
      new Column("cell", "VARCHAR", "the cell, as in cells"),
      new Column(
          "test_set", "VARCHAR", "the further test set; null for the test split of the dataset"),
      new Column("example_id", "VARCHAR", "the example"),
      new Column("label", "BIGINT", "the right choice, from 0"),
      new Column("predicted", "BIGINT", "the choice with the highest score"),
      new Column("correct", "BOOLEAN", "whether prediction and label agree"),
      new Column("scores", "DOUBLE[]", "the score of each choice"),
      new Column(
          "example_metrics", "JSON", "its value of each metric, such as {\"acc_norm\": 1.0}"));

  /**
   * A column.
   *
   * @param name its name
   * @param type its type in DuckDB
   * @param doc what it says
   */
  public record Column(String name, String type, String doc) {}

  private final String doc;

  // Made by List.of, which the checker does not see.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Column> columns;

  View(String doc, Column... columns) {
    this.doc = doc;
    this.columns = List.of(columns);
  }

  /** Its name in queries. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What its rows are. */
  public String doc() {
    return doc;
  }

  /** Its columns. */
  public List<Column> columns() {
    return columns;
  }

  /** Whether a query may read it: its name is somewhere in the text. */
  boolean isNamedIn(String sql) {
    return Pattern.compile("\\b" + title() + "\\b", Pattern.CASE_INSENSITIVE).matcher(sql).find();
  }

  String definition() {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", ", "CREATE TABLE " + title() + " (", ")"));
  }
}
