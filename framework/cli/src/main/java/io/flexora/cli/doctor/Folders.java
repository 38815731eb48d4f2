package io.flexora.cli.doctor;

import io.flexora.files.durable.ReadFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at folders that have to be written to. */
final class Folders {

  private static final long MIB = 1024 * 1024;

  /** A small run takes some megabytes, a language model some gigabytes. */
  private static final long LITTLE = 1024 * MIB;

  private Folders() {}

  static Finding runs(Path working) {
    String about = "runs";
    Path folder = working.resolve("runs").toAbsolutePath().normalize();
    return isWritable(folder)
        ? space(about, folder)
        : Finding.missing(
            about, folder + " cannot be written; change the folder, or give an output_dir");
  }

  static Finding cache(String about, Path folder) {
    return isWritable(folder)
        ? space(about, folder)
        : Finding.note(about, folder + " cannot be written, so nothing can be downloaded");
  }

  private static Finding space(String about, Path folder) {
    try {
      long free = Files.getFileStore(existing(folder)).getUsableSpace();
      String text = "%s, %d MiB free".formatted(folder, free / MIB);
      return free < LITTLE
          ? Finding.note(about, text + ", which is little")
          : Finding.fine(about, text);
    } catch (IOException e) {
      return Finding.note(about, "%s: %s".formatted(folder, ReadFailure.reason(folder, e)));
    }
  }

  private static boolean isWritable(Path folder) {
    Path existing = existing(folder);
    return Files.isDirectory(existing) && Files.isWritable(existing);
  }

  /** The folder, or the one above it in which it would be made. */
  private static Path existing(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    while (!Files.exists(path) && path.getParent() != null) {
      path = path.getParent();
    }
    return path;
  }
}
