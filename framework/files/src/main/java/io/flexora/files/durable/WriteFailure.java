package io.flexora.files.durable;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Says why a file could not be written and what to do about it.
 *
 * @since 0.1
 */
public final class WriteFailure {

  private WriteFailure() {}

  /** Makes the failure for the user from what the file system said. */
  public static FlexoraException explain(Path target, IOException cause) {
    return new FlexoraException("cannot write " + target + ": " + reason(target, cause), cause);
  }

  private static String reason(Path target, IOException cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    Path parent = target.toAbsolutePath().getParent();
    if (text.contains("no space left") || text.contains("not enough space")) {
      return "the disk is full" + free(parent) + "; free some space and run it again";
    }
    if (text.contains("disk quota exceeded")) {
      return "the disk quota is used up; free some space and run it again";
    }
    if (text.contains("read-only file system")) {
      return "the file system is read-only; choose a folder that can be written to";
    }
    if (parent == null || Files.notExists(parent)) {
      return "the folder " + parent + " does not exist; create it first";
    }
    if (!Files.isDirectory(parent)) {
      return parent + " is a file, not a folder";
    }
    return otherReason(cause, text);
  }

  private static String otherReason(IOException cause, String text) {
    if (cause instanceof AccessDeniedException || text.contains("permission denied")) {
      return "permission denied; choose a folder that can be written to";
    }
    if (cause instanceof AtomicMoveNotSupportedException) {
      return "the file system cannot replace a file atomically; choose a folder on another one";
    }
    if (cause instanceof NoSuchFileException) {
      return "its folder was removed while it was written";
    }
    return String.valueOf(cause.getMessage());
  }

  private static String free(Path folder) {
    try {
      return " (" + Files.getFileStore(folder).getUsableSpace() + " bytes free)";
    } catch (IOException e) {
      return "";
    }
  }
}
