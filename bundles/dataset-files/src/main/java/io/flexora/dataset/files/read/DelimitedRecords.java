package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The records of a file of delimited fields, one after the other; those without fields are not. */
final class DelimitedRecords {
  private static final char QUOTE = '"';
  private final DataFile file;
  private final Lines lines;
  private final char delimiter;
  private final boolean quoting;
  private List<String> fields = List.of();
  private boolean isUtf8;
  private long line;
  private long bytes;
  private String text = "";
  private int at;

  DelimitedRecords(DataFile file, Lines lines, char delimiter, boolean quoting) {
    this.file = file;
    this.lines = lines;
    this.delimiter = delimiter;
    this.quoting = quoting;
  }

  /**
   * Goes to the next record. False if there is none.
   *
   * @throws FlexoraException if its quotes do not tell where it ends
   */
  boolean next() throws IOException {
    while (lines.next()) {
      if (!lines.isEmpty()) {
        line = lines.number();
        bytes = 0;
        isUtf8 = true;
        text = decoded();
        fields = record();
        return true;
      }
    }
    return false;
  }

  /** Whether the record is in UTF-8; else its fields have U+FFFD for what is not. */
  boolean isUtf8() {
    return isUtf8;
  }

  /** The fields of the record; an empty one without quotes is null. */
  List<String> fields() {
    return fields;
  }

  /** The number of the record's first line. */
  long line() {
    return line;
  }

  private String decoded() {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(lines.array(), lines.offset(), lines.length()))
          .toString();
    } catch (CharacterCodingException e) {
      isUtf8 = false;
      return new String(lines.array(), lines.offset(), lines.length(), StandardCharsets.UTF_8);
    }
  }

  private List<String> record() throws IOException {
    List<String> record = new ArrayList<>();
    at = 0;
    do {
      record.add(quoting && at < text.length() && text.charAt(at) == QUOTE ? quoted() : plain());
    } while (at++ < text.length());
    return Collections.unmodifiableList(record);
  }

  /** Reads to the delimiter or the end of the line, and stays there. */
  private String plain() {
    int end = text.indexOf(delimiter, at);
    int stop = end < 0 ? text.length() : end;
    int last = end < 0 && text.endsWith("\r") ? stop - 1 : stop;
    String field = text.substring(at, last);
    at = stop;
    return field.isEmpty() ? null : field;
  }

  /** Reads to behind the closing quote, over line ends, and stays there. */
  private String quoted() throws IOException {
    StringBuilder field = new StringBuilder();
    at++;
    while (true) {
      int end = text.indexOf(QUOTE, at);
      if (end < 0) {
        field.append(text, at, text.length()).append('\n');
        continueOnNextLine();
        continue;
      }
      field.append(text, at, end);
      at = end + 1;
      if (at < text.length() && text.charAt(at) == QUOTE) {
        field.append(QUOTE);
        at++;
      } else {
        leaveQuotes();
        return field.toString();
      }
    }
  }

  /** Behind a quote that stands where none can, nobody knows whether its row is at its end. */
  private void leaveQuotes() {
    if (at == text.length() - 1 && text.charAt(at) == '\r') {
      at++;
    }
    if (at < text.length() && text.charAt(at) != delimiter) {
      throw new IncompatibleOptionException(
          "delimiter",
          "%s:%d: a quoted field is followed by something else than the delimiter; write a quote"
                  .formatted(file.name(), line)
              + " within quotes twice, name the file's delimiter if it is another one, or set"
              + " quoting: false if quotes are part of the text");
    }
  }

  private void continueOnNextLine() throws IOException {
    if (!lines.next()) {
      throw new IncompatibleOptionException(
          "quoting",
          "%s:%d: a quoted field that begins in this row is never closed; close it, or set quoting:"
                  .formatted(file.name(), line)
              + " false if quotes are part of the text");
    }
    bytes += lines.length();
    lines.requireRow(bytes, line);
    text = decoded();
    at = 0;
  }
}
