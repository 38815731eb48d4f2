package io.flexora.api.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One row of a dataset.
 *
 * @param origin where the row comes from, such as {@code train.jsonl:17}; unique in its dataset
 * @param fields strings, numbers, booleans, lists and maps of them, and null where the dataset says
 *     so, by field name
 * @param group the value that it shares with the rows of its split that it may not be parted from,
 *     such as the article of several questions; empty where it stands alone
 * @since 0.1
 */
public record Row(String origin, Map<String, Object> fields, Optional<String> group) {

  /** Copies the fields. */
  public Row {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    Objects.requireNonNull(group);
  }

  /** A row that stands alone. */
  public Row(String origin, Map<String, Object> fields) {
    this(origin, fields, Optional.empty());
  }

  /** The same as a row of a group. */
  public Row withGroup(String other) {
    return new Row(origin, fields, Optional.of(other));
  }

  /** The names of the fields that hold something, for messages. */
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(fields.keySet());
    names.removeIf(name -> fields.get(name) == null);
    return names;
  }
}
