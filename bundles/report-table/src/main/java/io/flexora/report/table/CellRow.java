package io.flexora.report.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A cell as a row of a tidy table: what it is a cell of is repeated in each row, what is unknown is
 * empty, layers are listed as {@code 0 3 5}.
 */
record CellRow(JsonNode result, JsonNode group, JsonNode strategy, JsonNode cell) {

  /** The names of the columns. */
  static final List<String> HEAD =
      List.of(
          "comparison",
          "cell",
          "model",
          "task",
          "strategy",
          "selector",
          "is_baseline",
          "seed",
          "state",
          "failure",
          "metric",
          "higher_is_better",
          "value",
          "standard_error",
          "validation_loss",
          "examples",
          "layers",
          "selected_layer_count",
          "selected_layers",
          "trainable_parameters",
          "search_seconds",
          "train_seconds",
          "evaluate_seconds",
          "peak_memory_bytes",
          "within_budget",
          "search_cut");

  /** The fields, in the order of {@link #HEAD}. */
  List<String> fields() {
    JsonNode selected = cell.path("selected_layers");
    JsonNode seconds = cell.path("seconds");
    return List.of(
        text(result.path("name")),
        text(cell.path("id")),
        text(group.path("model")),
        text(group.path("task")),
        text(strategy.path("name")),
        text(strategy.path("selector")),
        Boolean.toString(strategy.path("name").equals(result.path("baseline"))),
        text(cell.path("seed")),
        text(cell.path("state")),
        text(cell.path("failure")),
        text(group.path("metric").path("name")),
        text(group.path("metric").path("higher_is_better")),
        text(cell.path("value")),
        text(cell.path("standard_error")),
        text(cell.path("validation_loss")),
        text(group.path("examples")),
        text(group.path("layers")),
        selected.isArray() ? Integer.toString(selected.size()) : "",
        spaced(selected),
        text(cell.path("trainable_parameters")),
        text(seconds.path("search")),
        text(seconds.path("train")),
        text(seconds.path("evaluate")),
        text(cell.path("peak_memory_bytes")),
        text(cell.path("within_budget")),
        text(cell.path("search_cut")));
  }

  private static String spaced(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false)
        .map(CellRow::text)
        .collect(Collectors.joining(" "));
  }

  private static String text(JsonNode value) {
    boolean known = !value.isNull() && !(value.isNumber() && !Double.isFinite(value.asDouble()));
    return known ? value.asText() : "";
  }
}
