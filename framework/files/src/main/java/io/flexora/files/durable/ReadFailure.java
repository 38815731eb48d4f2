package io.flexora.files.durable;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The message for a file that could not be read. Java's exceptions often hold the path and nothing
 * else.
 *
 * @since 0.1
 */
public final class ReadFailure {

  private ReadFailure() {}

  /** Makes the failure for the user, with the path and the reason. */
  public static FlexoraException explain(Path path, IOException cause) {
    String reason = reason(cause);
    boolean sentence = rest(path, reason).filter(rest -> !isInBrackets(rest)).isPresent();
    return new FlexoraException(
        sentence ? reason : "cannot read " + path + ": " + reason(path, cause), cause);
  }

  /**
   * The reason, for a message that has named the path.
   *
   * @param path the path; another one that the failure is about is named
   */
  public static String reason(Path path, Exception cause) {
    String reason = reason(cause);
    if (reason.startsWith(path + ": ")) {
      return reason.substring(path.toString().length() + 2);
    }
    return rest(path, reason)
        .map(rest -> isInBrackets(rest) ? rest.substring(2, rest.length() - 1) : "it" + rest)
        .orElse(reason);
  }

  /** The words behind the path, where it is the subject of the reason. */
  private static Optional<String> rest(Path path, String reason) {
    return Optional.of(reason)
        .filter(text -> text.startsWith(path + " "))
        .map(text -> text.substring(path.toString().length()));
  }

  /** As in {@code PATH (Too many open files)}. */
  private static boolean isInBrackets(String rest) {
    return rest.startsWith(" (") && rest.endsWith(")");
  }

  /** The reason, with the path that the failure is about. */
  public static String reason(Exception cause) {
    if (cause instanceof UncheckedIOException unchecked) {
      return reason(unchecked.getCause());
    }
    if (cause instanceof ClosedByInterruptException) {
      return "the thread was interrupted";
    }
    if (cause instanceof FileSystemException failure && failure.getFile() != null) {
      return failure.getFile() + ofFile(failure);
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static String ofFile(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return " does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return " may not be read by this user";
    }
    if (failure instanceof NotDirectoryException) {
      return " is not a folder";
    }
    String reason = failure.getReason();
    return ": " + (reason == null ? failure.getClass().getSimpleName() : reason);
  }
}
