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
      new ViewColumn("run", "VARCHAR", "the run: its folder, below the folder of runs"),
      new ViewColumn("comparison", "VARCHAR", "the comparison that it is a cell of"),
      new ViewColumn("name", "VARCHAR", "the name in its configuration"),
      new ViewColumn("started", "TIMESTAMP", "when it was started last, UTC"),
      new ViewColumn("finished", "BOOLEAN", "whether it has ended"),
      new ViewColumn("model", "VARCHAR", "source of the model, or its name in the comparison"),
      new ViewColumn("dataset", "VARCHAR", "the dataset"),
      new ViewColumn("task", "VARCHAR", "the task, or its name in the comparison"),
      new ViewColumn("selector", "VARCHAR", "what chooses the layers"),
      new ViewColumn("seed", "BIGINT", "the seed"),
      new ViewColumn("model_layers", "BIGINT", "number of layers of the model; of finished runs"),
      new ViewColumn("device", "VARCHAR", "where it was computed"),
      new ViewColumn("flexora", "VARCHAR", "version of Flexora"),
      new ViewColumn("folder", "VARCHAR", "the folder"),
      new ViewColumn("configuration", "VARCHAR", "the resolved configuration, as YAML")),
  /** One row for each cell of a run. */
  CELLS(
      "one row for each strategy of a run, and for each cell of a comparison, trials included",
      Stream.of(
              Stream.of(
                  new ViewColumn("run", "VARCHAR", "the run, as in runs"),
                  new ViewColumn("comparison", "VARCHAR", "the comparison"),
                  new ViewColumn(
                      "cell",
                      "VARCHAR",
                      "its name: main, or that of a baseline, with +POSTERIOR; joins with events"),
                  new ViewColumn("model", "VARCHAR", "as in runs"),
                  new ViewColumn("task", "VARCHAR", "as in runs"),
                  new ViewColumn(
                      "strategy", "VARCHAR", "the selector, by its name in the configuration"),
                  new ViewColumn("adapter", "VARCHAR", "the adapter method"),
                  new ViewColumn(
                      "posterior",
                      "VARCHAR",
                      "the posterior, by its name in the configuration; null for the trained model itself"),
                  new ViewColumn("seed", "BIGINT", "the seed"),
                  new ViewColumn(
                      "trial",
                      "BIGINT",
                      "the number of the trial of a tuning, from 0; null for what is tested. The configuration"
                          + " of its run has its values, and its examples are of the validation split")),
              OutcomeColumns.columns(),
              Stream.of(
                  new ViewColumn(
                      "code",
                      "JSON",
                      "the SHA-256 of each jar whose code made it, by name: code->>'flexora-numerics'")))
          .flatMap(columns -> columns)
          .toArray(ViewColumn[]::new)),
  /** One row for each event. */
  EVENTS(
      "one row for each event of a run: steps with their figures, and other events",
      new ViewColumn("run", "VARCHAR", "the run, as in runs"),
      new ViewColumn("cell", "VARCHAR", "the cell, as in cells; empty for the run itself"),
      new ViewColumn("phase", "VARCHAR", "search, train, evaluate, or empty outside of them"),
      new ViewColumn("kind", "VARCHAR", "step, or what happened"),
      new ViewColumn("step", "BIGINT", "steps done in the phase"),
      new ViewColumn("time", "TIMESTAMP", "when, UTC"),
      new ViewColumn("figures", "JSON", "what was measured: figures->>'training_loss'")),
  /** One row for each prediction. */
  PREDICTIONS(
      "one row for each test example of a cell, those of further test sets included",
      new ViewColumn("run", "VARCHAR", "the run, as in runs"),
      new ViewColumn("cell", "VARCHAR", "the cell, as in cells"),
      new ViewColumn(
          "test_set", "VARCHAR", "the further test set; null for the test split of the dataset"),
      new ViewColumn("example_id", "VARCHAR", "the example"),
      new ViewColumn("label", "BIGINT", "the right choice, from 0"),
      new ViewColumn("predicted", "BIGINT", "the choice with the highest score"),
      new ViewColumn("correct", "BOOLEAN", "whether prediction and label agree"),
      new ViewColumn("scores", "DOUBLE[]", "the score of each choice"),
      new ViewColumn(
          "example_metrics", "JSON", "its value of each metric, such as {\"acc_norm\": 1.0}"));

  /**
   * A column.
   *
   * @param name its name
   * @param type its type in DuckDB
   * @param doc what it says
   */
  public record ViewColumn(String name, String type, String doc) {}

  private final String doc;

  // Made by List.of, which the checker does not see.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<ViewColumn> columns;

  View(String doc, ViewColumn... columns) {
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
  public List<ViewColumn> columns() {
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
