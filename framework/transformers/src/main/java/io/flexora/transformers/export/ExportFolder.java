package io.flexora.transformers.export;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder that an export replaces as a whole.
 *
 * @since 0.1
 */
public final class ExportFolder {

  private ExportFolder() {}

  /**
   * Refuses a folder in which something would be lost: the model that is exported, or anything but
   * an earlier export.
   *
   * @param folder the folder; it may not be there
   * @param model the folder or file that the model was loaded from
   * @param mark the name of a file that each export has, and a model from elsewhere has not
   * @param own whether an export may have a file of that name
   * @throws IOException if a folder cannot be read
   * @throws FlexoraException if something would be lost; names it
   */
  public static void requireReplaceable(Path folder, Path model, String mark, Predicate<String> own)
      throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    Path ofModel = Files.isDirectory(model) ? model : model.toAbsolutePath().getParent();
    if (Files.isSameFile(ofModel, folder)) {
      throw lost(folder, "the model that is exported");
    }
    List<String> names;
    try (Stream<Path> files = Files.list(folder)) {
      names = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    Predicate<String> stays = names.contains(mark) ? own.negate() : name -> true;
    Optional<String> other = names.stream().filter(stays).findFirst();
    if (other.isPresent()) {
      throw lost(folder, other.get());
    }
  }

  private static FlexoraException lost(Path folder, String what) {
    return new FlexoraException(
        "%s holds %s, which would be lost; name an empty folder, or one that is not there"
            .formatted(folder, what));
  }
}
