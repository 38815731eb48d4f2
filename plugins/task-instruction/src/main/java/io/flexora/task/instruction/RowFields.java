package io.flexora.task.instruction;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a row, and of the things in it.
 *
 * @param row the row
 */
record RowFields(Row row) {

  boolean has(String field) {
    return row.fields().get(field) != null;
  }

  /** The text of a field; empty if the row does not have it. */
  Optional<String> find(String field) {
    return has(field) ? Optional.of(text(row.fields().get(field), field)) : Optional.empty();
  }

  /** The text of a field, which has to be there and to say something. */
  String require(String field) {
    String text = find(field).orElseThrow(() -> missing(field));
    if (text.isBlank()) {
      throw failure("field '%s' is empty. Write a text there, or remove the row".formatted(field));
    }
    return text;
  }

  /** The list of a field. */
  List<?> list(String field) {
    Object value = Optional.ofNullable(row.fields().get(field)).orElseThrow(() -> missing(field));
    if (value instanceof List<?> list) {
      return list;
    }
    throw failure("field '%s' is %s; a list is needed".formatted(field, kind(value)));
  }

  /** A text. */
  String text(Object value, String where) {
    if (value instanceof String text) {
      return text;
    }
    throw failure("field '%s' is %s; a text is needed".formatted(where, kind(value)));
  }

  private FlexoraException missing(String field) {
    return failure("there is no field '%s'; its fields are %s".formatted(field, names()));
  }

  /** The names of the fields, for messages. */
  String names() {
    return String.join(", ", row.names());
  }

  /** A failure that names the row. */
  FlexoraException failure(String message) {
    return new FlexoraException("row " + row.origin() + ": " + message);
  }

  /** What a value is, for messages. */
  static String kind(Object value) {
    if (value == null) {
      return "empty";
    }
    if (value instanceof List) {
      return "a list";
    }
    return value instanceof Map ? "an object" : "'" + value + "'";
  }
}
