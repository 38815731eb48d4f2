package io.flexora.report.html.figure;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The versions, seeds and hashes behind the numbers, as a table. */
public final class Provenance {

  private Provenance() {}

  /** Lists the members of nested objects by their paths, in the order of the paths. */
  public static Table table(String caption, Map<?, ?> values) {
    Table table = Table.of(caption, "What", "Value");
    flat(values).forEach(table::row);
    return table;
  }

  /** The members of nested objects by their paths, in the order of the paths. */
  public static SortedMap<String, String> flat(Map<?, ?> values) {
    SortedMap<String, String> flat = new TreeMap<>();
    values.forEach((key, value) -> flatten(key.toString(), value, flat));
    return flat;
  }

  private static void flatten(String path, Object value, Map<String, String> flat) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> flatten(path + " / " + key, inner, flat));
    } else if (value instanceof List<?> list) {
      flat.put(path, list.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    } else {
      flat.put(path, String.valueOf(value));
    }
  }
}
