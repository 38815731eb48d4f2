package io.flexora.tracker.files;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that grows, and that is cut back to where it is known to be whole before it grows on: what
 * a process that was killed wrote behind that is told again.
 */
final class AppendedFile implements AutoCloseable {

  private final Path path;
  private final FileOutputStream file;
  private long length;

  private AppendedFile(Path path, FileOutputStream file, long length) {
    this.path = path;
    this.file = file;
    this.length = length;
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
      FileOutputStream file = new FileOutputStream(path.toFile(), /* append= */ true);
      file.getChannel().truncate(length);
      return new AppendedFile(path, file, length);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  void append(byte[] bytes) {
    try {
      file.write(bytes);
      length += bytes.length;
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /** Forces what was written to the disk; says how much that is. */
  String position() {
    try {
      file.getFD().sync();
      return String.valueOf(length);
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
