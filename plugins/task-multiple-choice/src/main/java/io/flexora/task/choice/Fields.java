package io.flexora.task.choice;

import io.flexora.api.data.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes the fields of a row, by whichever of their usual names it has. */
final class Fields {
  private final Row row;
  private final Map<String, Object> taken = new HashMap<>();

  Fields(Row row) {
    this.row = row;
  }

  Row row() {
    return row;
  }

  /** What was taken so far, for templates. */
  Map<String, Object> taken() {
    return taken;
  }

  /** Takes texts under their own names. */
  Fields texts(String... names) {
    for (String name : names) {
      taken.put(name, text(name));
    }
    return this;
  }

  Fields put(String name, Object value) {
    taken.put(name, value);
    return this;
  }

  boolean has(String name) {
    return row.fields().get(name) != null;
  }

  Object value(String name) {
    Object value = row.fields().get(name);
    if (value == null) {
      throw BadRow.missing(row, name);
    }
    return value;
  }

  /** The first of some names that the row has, or the first of all. */
  String nameOf(String... names) {
    for (String name : names) {
      if (has(name)) {
        return name;
      }
    }
    return names[0];
  }

  String text(String name) {
    return asText(name, value(name));
  }

  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  private String asText(String name, Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw wrong(name, "a text", value);
  }

  /** A list of texts, at least two. */
  List<String> list(String name) {
    return list(name, value(name));
  }

  List<String> list(String name, Object value) {
    if (!(value instanceof List<?> items) || items.size() < 2) {
      throw wrong(name, "a list of at least two texts", value);
    }
    List<String> texts = new ArrayList<>();
    items.forEach(i -> texts.add(asText(name, i == null ? List.of() : i)));
    return texts;
  }

  RuntimeException wrong(String name, String wanted, Object value) {
    String shown = String.valueOf(value);
    String cut = shown.length() > 80 ? shown.substring(0, 80) + "..." : shown;
    return BadRow.of(row, "field '%s' should be %s, not '%s'".formatted(name, wanted, cut));
  }
}
