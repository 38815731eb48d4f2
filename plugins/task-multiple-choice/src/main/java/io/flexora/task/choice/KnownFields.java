package io.flexora.task.choice;

import io.flexora.api.data.Row;
import io.flexora.api.data.RowFields;
import io.flexora.api.run.FlexoraException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes the fields of a row, by whichever of their usual names it has. */
final class KnownFields {
  private final RowFields fields;
  private final boolean answered;
  private final Map<String, Object> taken = new HashMap<>();

  /**
   * The fields of a row.
   *
   * @param answered whether the right choice is to be read
   */
  KnownFields(Row row, boolean answered) {
    this.fields = new RowFields(row);
    this.answered = answered;
  }

  boolean answered() {
    return answered;
  }

  Row row() {
    return fields.row();
  }

  /** What was taken so far, for templates. */
  Map<String, Object> taken() {
    return taken;
  }

  /** Takes texts under their own names. */
  KnownFields texts(String... names) {
    for (String name : names) {
      taken.put(name, text(name));
    }
    return this;
  }

  KnownFields put(String name, Object value) {
    taken.put(name, value);
    return this;
  }

  boolean has(String name) {
    return fields.has(name);
  }

  Object value(String name) {
    if (!has(name)) {
      throw BadRow.missing(row(), name);
    }
    return fields.value(name);
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
    return fields.asText(name, value(name));
  }

  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /** A list of texts, at least two. */
  List<String> list(String name) {
    return list(name, value(name));
  }

  List<String> list(String name, Object value) {
    return fields.asTexts(name, value, 2);
  }

  FlexoraException wrong(String name, String wanted, Object value) {
    return fields.wrong(name, wanted, value);
  }
}
