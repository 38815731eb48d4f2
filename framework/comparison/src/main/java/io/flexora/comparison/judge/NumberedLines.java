package io.flexora.comparison.judge;

import com.fasterxml.jackson.core.JsonParser;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The lines of a text file, one after the other, each with its number. */
final class NumberedLines implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  /** How many bytes a line, or a row of several, may have: what the heap holds a few times. */
  private static final long LONGEST = Math.min(1 << 26, Runtime.getRuntime().maxMemory() / 8);

  private final Path file;
  private final BufferedReader reader;
  private int number;

  NumberedLines(Path file) {
    this.file = file;
    try {
      reader =
          new BufferedReader(
              new InputStreamReader(
                  new Limited(RegularFile.stream(file)), StandardCharsets.UTF_8.newDecoder()),
              BUFFER);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  Path file() {
    return file;
  }

  /** The number of the line that was read last, from 1 on. */
  int number() {
    return number;
  }

  /** The next line; null at the end. */
  String next() {
    try {
      String line = reader.readLine();
      number++;
      return number == 1 && line != null && line.startsWith("\uFEFF") ? line.substring(1) : line;
    } catch (CharacterCodingException e) {
      throw new FlexoraException(
          "%s:%d: the text is not UTF-8 here or soon after; save it in UTF-8"
              .formatted(file, number + 1),
          e);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  /** Refuses a row whose lines so far have that many characters. */
  void requireRow(long characters) {
    if (characters > LONGEST) {
      throw tooLong(number);
    }
  }

  /** Refuses text behind the value that a parser of the last line has read. */
  void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw wrong("text follows the object; a line has one");
    }
  }

  private FlexoraException tooLong(long line) {
    return new FlexoraException(
        "%s:%d is longer than %d MiB; is it a file of lines?".formatted(file, line, LONGEST >> 20));
  }

  /** Bytes of which no line is too long. */
  private final class Limited extends FilterInputStream {
    private long line = 1;
    private long length;

    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int most) throws IOException {
      int count = super.read(bytes, offset, most);
      for (int i = offset; i < offset + count; i++) {
        boolean ends = bytes[i] == '\n' || bytes[i] == '\r';
        line += bytes[i] == '\n' ? 1 : 0;
        length = ends ? 0 : length + 1;
      }
      if (length > LONGEST) {
        throw tooLong(line);
      }
      return count;
    }
  }

  /** A mistake in the line that was read last. */
  FlexoraException wrong(String message) {
    return new FlexoraException("%s:%d: %s".formatted(file, Math.max(1, number), message));
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }
}
