package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder that a user names to write to, and that is replaced as a whole.
 *
 * @since 0.1
 */
public final class TargetFolder {

  private TargetFolder() {}

  /**
   * Requires that there is a folder, or nothing.
   *
   * @throws FlexoraException if it is a file
   */
  public static void requireFolder(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new FlexoraException(folder + " is a file; name a folder to write to");
    }
  }

  /**
   * Makes the folders above it.
   *
   * @param own the names of the files that are going to be written, which may be there already
   * @throws FlexoraException if it is a file, holds anything else, or its parent cannot be made
   */
  public static void prepare(Path folder, Set<String> own) {
    try {
      if (Files.exists(folder)) {
        requireOwn(folder, own);
      } else {
        Files.createDirectories(folder.toAbsolutePath().getParent());
      }
    } catch (IOException e) {
      throw WriteFailure.explain(folder, e);
    }
  }

  private static void requireOwn(Path folder, Set<String> own) throws IOException {
    requireFolder(folder);
    try (Stream<Path> content = Files.list(folder)) {
      Optional<String> other =
          content
              .map(file -> file.getFileName().toString())
              .filter(n -> !own.contains(n))
              .findAny();
      if (other.isPresent()) {
        throw new FlexoraException(
            "%s holds %s, which would be lost; name an empty folder, or one that is not there"
                .formatted(folder, other.get()));
      }
    }
  }
}
