package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
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
  private final BadRows bad;
  private List<String> fields = List.of();
  private long line;
  private String text = "";
  private int at;

  DelimitedRecords(DataFile file, Lines lines, char delimiter, boolean quoting, BadRows bad) {
    this.file = file;
    this.lines = lines;
    this.delimiter = delimiter;
    this.quoting = quoting;
    this.bad = bad;
  }

  /** Goes to the next record that can be read. False if there is none. */
  boolean next() throws IOException {
    while (lines.next()) {
      line = lines.number();
      if (lines.isEmpty()) {
        continue;
      }
      try {
        text = decoded();
        fields = record();
        return true;
      } catch (CharacterCodingException e) {
        bad.add(file.origin(line), "it is not UTF-8");
      } catch (StrayQuoteException e) {
        bad.add(
            file.origin(line), "a quoted field is followed by something else than the delimiter");
      }
    }
    return false;
  }

  /** The fields of the record; an empty one without quotes is null. */
  List<String> fields() {
    return fields;
  }

  /** The number of the record's first line. */
  long line() {
    return line;
  }

  private String decoded() throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(lines.array(), lines.offset(), lines.length()))
        .toString();
  }

  private List<String> record() throws IOException, StrayQuoteException {
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
  private String quoted() throws IOException, StrayQuoteException {
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

  private void leaveQuotes() throws StrayQuoteException {
    if (at == text.length() - 1 && text.charAt(at) == '\r') {
      at++;
    }
    if (at < text.length() && text.charAt(at) != delimiter) {
      throw new StrayQuoteException();
    }
  }

  private void continueOnNextLine() throws IOException {
    if (!lines.next()) {
      throw new FlexoraException(
          "%s:%d: a quoted field that begins in this row is never closed; close it, or set quoting:"
                  .formatted(file.name(), line)
              + " false if quotes are part of the text");
    }
    text = decoded();
    at = 0;
  }

  /** A quote that stands where none can stand. */
  private static final class StrayQuoteException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
