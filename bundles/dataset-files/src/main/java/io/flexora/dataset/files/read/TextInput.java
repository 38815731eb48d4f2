package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.files.durable.RegularFile;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The bytes of a text file: unpacked where it is packed, and without a byte order mark. */
final class TextInput extends FilterInputStream {
  private static final int MARK = 4;
  private static final long SMALL = 16L << 20;
  private static final long RATIO = 200;
  private static final int BUFFER = 1 << 16;
  private final Path temporary;

  private TextInput(InputStream in, Path temporary) {
    super(in);
    this.temporary = temporary;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it is empty or not a text in UTF-8
   */
  static TextInput open(DataFile file) throws IOException {
    byte[] start = start(file);
    if (startsWith(start, 0x1f, 0x8b)) {
      return withoutMark(new Unpacked(gunzipped(file), file), null);
    }
    if (startsWith(start, 0x28, 0xb5, 0x2f, 0xfd)) {
      Path unpacked = DuckDb.unpacked(file);
      return withoutMark(RegularFile.stream(unpacked), unpacked);
    }
    refuseOther(file, start);
    return withoutMark(RegularFile.stream(file.path()), null);
  }

  private static byte[] start(DataFile file) throws IOException {
    try (InputStream in = RegularFile.stream(file.path())) {
      byte[] start = in.readNBytes(MARK);
      if (start.length == 0) {
        throw new FlexoraException(file.path() + " is empty; a file with rows is needed");
      }
      return start;
    }
  }

  private static InputStream gunzipped(DataFile file) throws IOException {
    InputStream in = RegularFile.stream(file.path());
    try {
      return new GZIPInputStream(in, BUFFER);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static void refuseOther(DataFile file, byte[] start) {
    if (startsWith(start, 0xff, 0xfe) || startsWith(start, 0xfe, 0xff)) {
      throw new FlexoraException(file.name() + " is in UTF-16; save it in UTF-8");
    }
    if (startsWith(start, 'P', 'K', 3, 4)) {
      throw new FlexoraException(
          file.name() + " is a zip file; write ARCHIVE!/ENTRY to read a file in it");
    }
    if (startsWith(start, 'P', 'A', 'R', '1')) {
      throw new IncompatibleOptionException(
          "format", file.name() + " is a Parquet file; say format: parquet");
    }
  }

  private static boolean startsWith(byte[] start, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      if (i >= start.length || (start[i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static TextInput withoutMark(InputStream in, Path temporary) throws IOException {
    TextInput text = new TextInput(new BufferedInputStream(in, BUFFER), temporary);
    try {
      text.mark(MARK);
      if (!startsWith(text.readNBytes(3), 0xef, 0xbb, 0xbf)) {
        text.reset();
      }
      return text;
    } catch (IOException e) {
      text.close();
      throw e;
    }
  }

  /** How many bytes a file may unpack to: what no text does that somebody packed. */
  static long most(DataFile file) throws IOException {
    return Math.max(SMALL, RATIO * Files.size(file.path()));
  }

  static FlexoraException tooLarge(DataFile file) {
    return new FlexoraException(
        "%s unpacks to more than %d times its size; unpack it yourself if that is meant"
            .formatted(file.name(), RATIO));
  }

  /** A stream of unpacked bytes that refuses more than its file may have. */
  private static final class Unpacked extends FilterInputStream {
    private final DataFile file;
    private long left;

    Unpacked(InputStream in, DataFile file) throws IOException {
      super(in);
      this.file = file;
      this.left = most(file);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      left -= Math.max(0, read);
      if (left < 0) {
        throw tooLarge(file);
      }
      return read;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
