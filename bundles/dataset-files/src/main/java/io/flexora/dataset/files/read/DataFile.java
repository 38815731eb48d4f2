package io.flexora.dataset.files.read;

import java.nio.file.Path;

/**
 * A file with rows.
 *
 * @param name what origins and messages call it: its path below the location that was written
 * @param path where it is
 * @param format how it is read, not {@link Format#AUTO}
 */
public record DataFile(String name, Path path, Format format) {

  /** The same file under another name. */
  public DataFile named(String other) {
    return new DataFile(other, path, format);
  }

  String origin(long number) {
    return name + ":" + number;
  }
}
