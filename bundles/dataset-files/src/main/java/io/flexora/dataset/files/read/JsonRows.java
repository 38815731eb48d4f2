package io.flexora.dataset.files.read;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.JsonProblem;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipException;

/**
 * Reads a JSON file: a list of objects, an object that holds such a list, or objects one after the
 * other. Many files with one object a line are called {@code .json} too; they are read by line.
 */
final class JsonRows implements RowReader {
  private final List<String> recordPath;
  private final int longestLine;

  JsonRows(List<String> recordPath) {
    this(recordPath, Lines.LONGEST);
  }

  JsonRows(List<String> recordPath, int longestLine) {
    this.recordPath = recordPath;
    this.longestLine = longestLine;
  }

  @Override
  public void read(DataFile file, BadRows bad, Consumer<RawRow> rows) throws IOException {
    if (recordPath.isEmpty() && hasOneObjectALine(file)) {
      new JsonLines().read(file, bad, rows);
      return;
    }
    try (TextInput in = TextInput.open(file);
        JsonParser parser = PlainJson.factory().createParser(in)) {
      new JsonDocument(file, parser, recordPath, bad, rows).read();
    } catch (JsonProcessingException e) {
      throw broken(file, e);
    } catch (CharConversionException e) {
      throw new FlexoraException(file.name() + " is not in UTF-8: " + e.getMessage(), e);
    } catch (EOFException | ZipException e) {
      throw new IOException(file.name() + " is truncated or damaged; download it again", e);
    }
  }

  /** Whether the first line that is not blank is a whole object and another such line follows. */
  private boolean hasOneObjectALine(DataFile file) throws IOException {
    try (Lines lines = Lines.open(file, longestLine)) {
      if (!lines.beginsWith('{')) {
        return false;
      }
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
    } catch (Lines.TooLongException e) {
      // No row is as long, but a whole document on one line may be.
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
        "%s is not a complete JSON file: %s%s; correct it or download it again"
            .formatted(
                file.name(),
                JsonProblem.of(e),
                at == null
                    ? ""
                    : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr())),
        e);
  }
}
