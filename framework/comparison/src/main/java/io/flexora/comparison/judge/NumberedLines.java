package io.flexora.comparison.judge;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The lines of a text file, one after the other, each with its number. */
final class NumberedLines implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final BufferedReader reader;
  private int number;

  NumberedLines(Path file) {
    this.file = file;
    try {
      reader =
          new BufferedReader(
              new InputStreamReader(RegularFile.stream(file), StandardCharsets.UTF_8.newDecoder()),
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
