package io.flexora.source.hf;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes small files that several processes may write at once, whole or not at all. */
final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a file and makes its folders.
   *
   * @throws IOException if that cannot be done; the file is as it was
   */
  static void write(Path target, byte[] content) throws IOException {
    Files.createDirectories(target.getParent());
    Path part =
        target.resolveSibling(
            target.getFileName() + "." + UUID.randomUUID().toString().substring(0, 8) + ".tmp");
    try {
      try (FileOutputStream out = new FileOutputStream(part.toFile())) {
        out.write(content);
        out.getFD().sync();
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
