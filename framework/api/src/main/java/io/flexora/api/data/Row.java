package io.flexora.api.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One row of a dataset.
 *
 * @param origin where the row comes from, such as {@code train.jsonl:17}; unique in its dataset
 * @param fields strings, numbers, booleans, lists and maps of them, and null where the dataset says
 *     so, by field name
 * @since 0.1
 */
public record Row(String origin, Map<String, Object> fields) {

  /** Copies the fields. */
  public Row {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** The names of the fields that hold something, for messages. */
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(fields.keySet());
    names.removeIf(name -> fields.get(name) == null);
    return names;
  }
}
