package io.flexora.query;

import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.OutcomeColumn;
import io.flexora.runstore.RecordJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The columns of {@link View#CELLS} from {@code state} to {@code failure}. */
final class OutcomeColumns {

  private static final List<OutcomeColumn> MEASURED = OutcomeColumn.in(OutcomeColumn.Table.SQL);

  private OutcomeColumns() {}

  static Stream<View.Column> columns() {
    return Stream.of(
            Stream.of(new View.Column("state", "VARCHAR", "done, failed or unfinished")),
            MEASURED.stream().map(of -> new View.Column(of.name(), type(of), of.doc())),
            Stream.of(new View.Column("failure", "VARCHAR", "why it failed")))
        .flatMap(columns -> columns);
  }

  private static String type(OutcomeColumn column) {
    return switch (column.type()) {
      case TEXT -> "VARCHAR";
      case WHOLE -> "BIGINT";
      case REAL -> "DOUBLE";
      case FLAG -> "BOOLEAN";
      case LAYERS -> "INTEGER[]";
      case MODULES, RECORDS -> "JSON";
    };
  }

  /** The values of an outcome; all but the state are null of a cell that has none. */
  static List<Object> of(Optional<CellOutcome> outcome) {
    Optional<CellOutcome> done = outcome.filter(of -> of.failure().isEmpty());
    List<Object> values = new ArrayList<>();
    values.add(done.isPresent() ? "done" : outcome.isPresent() ? "failed" : "unfinished");
    MEASURED.forEach(
        column ->
            values.add(done.flatMap(column::of).map(value -> stored(column, value)).orElse(null)));
    values.add(outcome.flatMap(CellOutcome::failure).orElse(null));
    return values;
  }

  private static Object stored(OutcomeColumn column, Object value) {
    return switch (column.type()) {
      case LAYERS ->
          ((Collection<?>) value).stream().mapToInt(layer -> ((Number) layer).intValue()).toArray();
      case MODULES, RECORDS -> json(value);
      default -> value;
    };
  }

  /** As the outcome's file has it. */
  private static String json(Object value) {
    String key = "of";
    return RecordJson.tree(Map.of(key, value)).get(key).toString();
  }
}
