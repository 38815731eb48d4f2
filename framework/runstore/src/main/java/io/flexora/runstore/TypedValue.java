package io.flexora.runstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A value of a checkpoint as JSON that keeps its type. {@code Long}, finite {@code Double}, {@code
 * Boolean}, {@code String} and lists are themselves; an {@code Integer} is {@code {"int": 3}}, a
 * {@code Float} {@code {"float": "0.1"}}, a double that JSON cannot write {@code {"double":
 * "NaN"}}, and a map {@code {"map": {...}}}.
 */
final class TypedValue {

  private TypedValue() {}

  static Map<String, Object> toJson(Map<?, ?> values) {
    Map<String, Object> json = new TreeMap<>();
    values.forEach((name, value) -> json.put((String) name, toJson((String) name, value)));
    return json;
  }

  private static Object toJson(String name, Object value) {
    if (value instanceof Long || value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number : Map.of("double", number.toString());
    }
    if (value instanceof Integer number) {
      return Map.of("int", number.longValue());
    }
    if (value instanceof Float number) {
      return Map.of("float", number.toString());
    }
    if (value instanceof Map<?, ?> map) {
      return Map.of("map", toJson(map));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(element -> toJson(name, element)).toList();
    }
    throw new IllegalArgumentException(
        "value '"
            + name
            + "' of a checkpoint is a "
            + value.getClass().getName()
            + ", not a number, boolean, string, list or map");
  }

  static Map<String, Object> fromJson(Map<?, ?> json) throws IOException {
    Map<String, Object> values = new TreeMap<>();
    for (Map.Entry<?, ?> entry : json.entrySet()) {
      values.put((String) entry.getKey(), fromJson(entry.getValue()));
    }
    return values;
  }

  private static Object fromJson(Object json) throws IOException {
    if (json instanceof Long
        || json instanceof Double
        || json instanceof Boolean
        || json instanceof String) {
      return json;
    }
    if (json instanceof List<?> list) {
      List<Object> values = new ArrayList<>();
      for (Object element : list) {
        values.add(fromJson(element));
      }
      return List.copyOf(values);
    }
    if (json instanceof Map<?, ?> tagged && tagged.size() == 1) {
      return tagged(tagged.entrySet().iterator().next());
    }
    throw new IOException("a value of no known type: " + json);
  }

  private static Object tagged(Map.Entry<?, ?> entry) throws IOException {
    Object content = entry.getValue();
    return switch ((String) entry.getKey()) {
      case "int" -> Math.toIntExact((Long) content);
      case "float" -> Float.valueOf((String) content);
      case "double" -> Double.valueOf((String) content);
      case "map" -> fromJson((Map<?, ?>) content);
      default -> throw new IOException("a value of no known type: " + entry);
    };
  }
}
