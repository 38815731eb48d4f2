package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;

/** The lines of a text file as bytes, one after the other; a line ends with a line feed. */
final class Lines implements AutoCloseable {
  /** How many bytes a line, or a row of several, may have: what the heap holds a few times. */
  static final int LONGEST = (int) Math.min(1 << 26, Runtime.getRuntime().maxMemory() / 8);

  private static final String WHITE_SPACE = " \t\r\n";
  private final DataFile file;
  private final InputStream in;
  private final int longest;
  private byte[] buffer = new byte[1 << 16];
  private int start;
  private int end;
  private int next;
  private int filled;
  private long number;

  private Lines(DataFile file, InputStream in, int longest) {
    this.file = file;
    this.in = in;
    this.longest = longest;
  }

  /** Opens a file; see {@link TextInput#open}. */
  static Lines open(DataFile file) throws IOException {
    return open(file, LONGEST);
  }

  /**
   * Opens a file.
   *
   * @param longest how many bytes a line may have
   */
  static Lines open(DataFile file, int longest) throws IOException {
    try {
      return new Lines(file, TextInput.open(file), longest);
    } catch (EOFException | ZipException e) {
      throw damaged(file, e);
    }
  }

  /** Whether the file begins with a character, behind white space; no line may be read before. */
  boolean beginsWith(char first) throws IOException {
    int seen = 0;
    do {
      for (; seen < filled; seen++) {
        if (WHITE_SPACE.indexOf(buffer[seen]) < 0) {
          return buffer[seen] == first;
        }
      }
    } while (fill());
    return false;
  }

  /**
   * Goes to the next line. False if there is none.
   *
   * @throws TooLongException if it is longer than a line may be
   */
  boolean next() throws IOException {
    start = next;
    int seen = start;
    while (true) {
      for (int i = seen; i < filled; i++) {
        if (buffer[i] == '\n') {
          return line(i, i + 1);
        }
      }
      seen = filled - start;
      if (!fill()) {
        return start < filled && line(filled, filled);
      }
    }
  }

  private boolean line(int lineEnd, int after) {
    end = lineEnd;
    next = after;
    number++;
    return true;
  }

  /** Moves the begun line to the front of the buffer and reads on behind it. */
  private boolean fill() throws IOException {
    int begun = filled - start;
    if (begun > longest) {
      throw tooLong(number + 1);
    }
    if (begun > buffer.length / 2 && grown() > buffer.length) {
      buffer = Arrays.copyOfRange(buffer, start, start + grown());
    } else if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, begun);
    }
    start = 0;
    filled = begun;
    int read = read();
    filled += Math.max(0, read);
    return read > 0;
  }

  /** Twice the buffer, but no more than the longest line and what shows that it goes on. */
  private int grown() {
    return (int) Math.min(2L * buffer.length, longest + (1L << 16));
  }

  /** Refuses a row whose lines so far have that many bytes. */
  void requireRow(long bytes, long first) {
    if (bytes > longest) {
      throw tooLong(first);
    }
  }

  private TooLongException tooLong(long line) {
    return new TooLongException(
        "%s:%d is longer than %d MiB; is it a file of lines?"
            .formatted(file.name(), line, longest >> 20));
  }

  private int read() throws IOException {
    try {
      return in.read(buffer, filled, buffer.length - filled);
    } catch (EOFException | ZipException e) {
      throw damaged(file, e);
    }
  }

  private static IOException damaged(DataFile file, IOException e) {
    return new IOException(
        file.name() + " is truncated or damaged (" + e.getMessage() + "); download it again", e);
  }

  /** The number of the line, from 1. */
  long number() {
    return number;
  }

  /** Whether there is nothing but white space in the line. */
  boolean isBlank() {
    for (int i = start; i < end; i++) {
      if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Whether there is nothing in the line but perhaps a carriage return. */
  boolean isEmpty() {
    return length() == 0 || (length() == 1 && buffer[start] == '\r');
  }

  /** The array that holds the line until the next one is read. */
  byte[] array() {
    return buffer;
  }

  /** Where the line begins in the array. */
  int offset() {
    return start;
  }

  /** The length of the line in bytes, without the line feed. */
  int length() {
    return end - start;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** A line that is longer than a line may be. */
  static final class TooLongException extends FlexoraException {
    private static final long serialVersionUID = 1L;

    private TooLongException(String message) {
      super(message);
    }
  }
}
