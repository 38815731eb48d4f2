package io.flexora.dataset.files.read;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.flexora.api.run.FlexoraException;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipException;

/**
 * Reads a JSON file: a list of objects, an object that holds such a list, or objects one after the
 * other. Many files with one object a line are called {@code .json} too; they are read by line.
 */
final class JsonFile implements RowReader {
  private final List<String> recordPath;

  JsonFile(List<String> recordPath) {
    this.recordPath = recordPath;
  }

  @Override
  public void read(DataFile file, BadRows bad, Consumer<RawRow> rows) throws IOException {
    if (recordPath.isEmpty() && hasOneObjectALine(file)) {
      new JsonLines().read(file, bad, rows);
      return;
    }
    try (TextInput in = TextInput.open(file);
        JsonParser parser = PlainJson.factory().createParser(in)) {
      new Document(file, parser, bad, rows).read();
    } catch (JsonProcessingException e) {
      throw broken(file, e);
    } catch (CharConversionException e) {
      throw new FlexoraException(file.name() + " is not in UTF-8: " + e.getMessage(), e);
    } catch (EOFException | ZipException e) {
      throw new IOException(file.name() + " is cut or damaged; bring it anew", e);
    }
  }

  /** Whether the first line that is not blank is a whole object and another such line follows. */
  private static boolean hasOneObjectALine(DataFile file) throws IOException {
    try (Lines lines = Lines.open(file)) {
      boolean first = false;
      while (lines.next()) {
        if (lines.isBlank()) {
          continue;
        }
        if (first) {
          return true;
        }
        if (!isObject(lines)) {
          return false;
        }
        first = true;
      }
      return false;
    }
  }

  private static boolean isObject(Lines lines) throws IOException {
    if (lines.array()[lines.offset()] != '{') {
      return false;
    }
    try (JsonParser parser =
        PlainJson.factory().createParser(lines.array(), lines.offset(), lines.length())) {
      PlainJson.object(parser);
      return true;
    } catch (JsonProcessingException | CharConversionException e) {
      return false;
    }
  }

  private static FlexoraException broken(DataFile file, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return new FlexoraException(
        "%s is not a whole JSON file: %s%s; mend it or bring it anew"
            .formatted(
                file.name(),
                PlainJson.problem(e),
                at == null
                    ? ""
                    : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr())),
        e);
  }

  /** A file that is being read. */
  private final class Document {
    private final DataFile file;
    private final JsonParser parser;
    private final BadRows bad;
    private final Consumer<RawRow> rows;
    private long number;

    Document(DataFile file, JsonParser parser, BadRows bad, Consumer<RawRow> rows) {
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
        throw new FlexoraException(
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
      throw new FlexoraException(
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
        rows.accept(new RawRow(origin, PlainJson.map(parser)));
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
      Map<String, Object> first = PlainJson.map(parser);
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
          only.entrySet().stream()
              .filter(e -> isRows(e.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      if (!lists.isEmpty()) {
        throw new FlexoraException(
            "%s is one object, with rows in %s; say which by record_path: %s"
                .formatted(file.name(), String.join(", ", lists), lists.get(0)));
      }
    }

    private static boolean isRows(Object value) {
      return value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map;
    }
  }
}
