package io.flexora.files.durable;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The message for a file that could not be written: the cause and the remedy.
 *
 * @since 0.1
 */
public final class WriteFailure {

  private WriteFailure() {}

  /**
   * Makes the failure for the user from what the file system said: a {@link DiskFullException} if
   * there is no room.
   */
  public static FlexoraException explain(Path target, IOException cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    Path parent = target.toAbsolutePath().getParent();
    String what = "cannot write " + target + ": ";
    if (text.contains("no space left") || text.contains("not enough space")) {
      return new DiskFullException(
          what + "the disk is full" + free(parent) + "; free some space", cause);
    }
    if (text.contains("disk quota exceeded")) {
      return new DiskFullException(what + "the disk quota is used up; free some space", cause);
    }
    return new FlexoraException(what + reason(parent, cause, text), cause);
  }

  private static String reason(Path parent, IOException cause, String text) {
    if (text.contains("read-only file system")) {
      return "the file system is read-only; choose a folder that can be written to";
    }
    if (parent == null || !Files.isDirectory(parent)) {
      return nearest(parent)
          .filter(there -> !Files.isDirectory(there))
          .map(file -> file + " is a file, not a folder")
          .orElse("the folder " + parent + " does not exist; create it first");
    }
    return otherReason(cause, text);
  }

  /** The folder or what else is there of a path, at or above it. */
  private static Optional<Path> nearest(Path path) {
    return Stream.iterate(path, Objects::nonNull, Path::getParent)
        .filter(Files::exists)
        .findFirst();
  }

  private static String otherReason(IOException cause, String text) {
    if (cause instanceof AccessDeniedException || text.contains("permission denied")) {
      return "permission denied; choose a folder that can be written to";
    }
    if (cause instanceof AtomicMoveNotSupportedException) {
      return "the file system cannot replace a file atomically; choose a folder on another one";
    }
    if (cause instanceof NoSuchFileException) {
      return "its folder takes no files, or was removed meanwhile; choose another one";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "a file is in the way; choose another name";
    }
    return String.valueOf(cause.getMessage());
  }

  /** A little may be free, of the partial file that was removed or too little for a whole one. */
  private static String free(Path folder) {
    try {
      return " (%d bytes free are too few for what is written)"
          .formatted(Files.getFileStore(folder).getUsableSpace());
    } catch (IOException e) {
      return "";
    }
  }
}
