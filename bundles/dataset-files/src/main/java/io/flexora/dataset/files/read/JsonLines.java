package io.flexora.dataset.files.read;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.flexora.files.message.JsonProblem;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads one JSON object a line.
 *
 * <p>Not by DuckDB: its reader gives no line to a row, counts no empty lines and makes one type of
 * a field that has several.
 */
final class JsonLines implements RowReader {

  @Override
  public void read(DataFile file, BadRows bad, Consumer<RawRow> rows) throws IOException {
    try (Lines lines = Lines.open(file)) {
      while (lines.next()) {
        if (!lines.isBlank()) {
          line(lines, file.origin(lines.number()), bad, rows);
        }
      }
    }
  }

  private static void line(Lines lines, String origin, BadRows bad, Consumer<RawRow> rows)
      throws IOException {
    Map<String, Object> fields;
    try (JsonParser parser =
        PlainJson.factory().createParser(lines.array(), lines.offset(), lines.length())) {
      fields = PlainJson.object(parser);
    } catch (JsonProcessingException e) {
      bad.add(origin, "it is not one JSON object: " + where(e));
      return;
    } catch (CharConversionException e) {
      bad.add(origin, "it is not UTF-8: " + e.getMessage());
      return;
    }
    rows.accept(new RawRow(origin, fields));
  }

  private static String where(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null
        ? JsonProblem.of(e)
        : "%s (at byte %d of the line)".formatted(JsonProblem.of(e), location.getColumnNr());
  }
}
