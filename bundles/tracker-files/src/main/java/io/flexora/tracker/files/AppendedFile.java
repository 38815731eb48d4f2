package io.flexora.tracker.files;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that grows, and that is cut back to where it is known to be whole before it grows on: what
 * a process that was killed wrote behind that is told again.
 */
final class AppendedFile implements AutoCloseable {

  private final Path path;
  private final RandomAccessFile file;

  private AppendedFile(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens it.
   *
   * @param position what {@link #position} said; empty for a file that begins anew
   * @throws FlexoraException if it cannot be written, or does not have that much any more
   */
  static AppendedFile open(Path path, Optional<String> position) {
    long length = position.map(Long::parseLong).orElse(0L);
    try {
      Files.createDirectories(path.getParent());
      long found = Files.exists(path) ? Files.size(RegularFile.require(path)) : 0;
      if (found < length) {
        throw new FlexoraException(
            "%s has %d bytes, of %d that were written; put it back as it was"
                .formatted(path, found, length));
      }
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      file.setLength(length);
      file.seek(length);
      return new AppendedFile(path, file);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  void append(byte[] bytes) {
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /** Forces what was written to the disk; says how much that is. */
  String position() {
    try {
      file.getFD().sync();
      return String.valueOf(file.getFilePointer());
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }
}
