package io.flexora.api.data;

import java.util.Map;

/**
 * One row of a dataset.
 *
 * @param origin where the row comes from, such as {@code train.jsonl:17}; unique in its dataset
 * @param fields strings, numbers, booleans, and lists and maps of them, by field name
 * @since 0.1
 */
public record Row(String origin, Map<String, Object> fields) {

  /** Copies the fields. */
  public Row {
    fields = Map.copyOf(fields);
  }
}
