package io.flexora.dataset.files.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the rows of one JSON file; see {@link JsonRows}. */
final class JsonDocument {
  private final DataFile file;
  private final List<String> recordPath;
  private final JsonParser parser;
  private final BadRows bad;
  private final Consumer<RawRow> rows;
  private long number;

  JsonDocument(
      DataFile file,
      JsonParser parser,
      List<String> recordPath,
      BadRows bad,
      Consumer<RawRow> rows) {
    this.recordPath = recordPath;
    this.file = file;
    this.parser = parser;
    this.bad = bad;
    this.rows = rows;
  }

  void read() throws IOException {
    parser.nextToken();
    for (String name : recordPath) {
      enter(name);
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        row();
      }
      finish();
    } else if (recordPath.isEmpty() && parser.currentToken() == JsonToken.START_OBJECT) {
      objects();
    } else {
      throw new IncompatibleOptionException(
          "record_path",
          "%s: a list of objects is expected%s, not %s"
              .formatted(
                  file.name(),
                  recordPath.isEmpty()
                      ? ""
                      : " at record_path '" + String.join(".", recordPath) + "'",
                  PlainJson.named(parser.currentToken())));
    }
  }

  private void enter(String name) throws IOException {
    List<String> seen = new ArrayList<>();
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        seen.add(parser.currentName());
        parser.nextToken();
        if (seen.get(seen.size() - 1).equals(name)) {
          return;
        }
        parser.skipChildren();
      }
    }
    throw new IncompatibleOptionException(
        "record_path",
        "%s has no '%s' of record_path '%s'%s"
            .formatted(
                file.name(),
                name,
                String.join(".", recordPath),
                seen.isEmpty() ? "" : "; there are " + String.join(", ", seen)));
  }

  private void row() throws IOException {
    String origin = file.origin(++number);
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      rows.accept(new RawRow(origin, PlainJson.row(parser)));
    } else {
      bad.add(origin, "it is not an object, but " + PlainJson.named(parser.currentToken()));
      parser.skipChildren();
    }
  }

  /** Reads the rest to its end, so that a cut file is noticed. */
  private void finish() throws IOException {
    if (recordPath.isEmpty()) {
      if (parser.nextToken() != null) {
        throw new FlexoraException(file.name() + ": something follows the list of objects");
      }
      return;
    }
    while (parser.nextToken() != null) {
      parser.skipChildren();
    }
  }

  private void objects() throws IOException {
    Map<String, Object> first = PlainJson.row(parser);
    rows.accept(new RawRow(file.origin(++number), first));
    if (parser.nextToken() == null) {
      suggestPath(first);
      return;
    }
    do {
      row();
    } while (parser.nextToken() != null);
  }

  /** An object that holds lists of objects is hardly the only row. */
  private void suggestPath(Map<String, Object> only) {
    List<String> lists =
        only.entrySet().stream().filter(e -> isRows(e.getValue())).map(Map.Entry::getKey).toList();
    if (!lists.isEmpty()) {
      throw new IncompatibleOptionException(
          "record_path",
          "%s is one object, with rows in %s; say which by record_path: %s"
              .formatted(file.name(), String.join(", ", lists), lists.get(0)));
    }
  }

  private static boolean isRows(Object value) {
    return value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map;
  }
}
