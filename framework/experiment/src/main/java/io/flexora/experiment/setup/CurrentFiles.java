package io.flexora.experiment.setup;

import io.flexora.api.source.Sources;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.extension.ExtensionCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files behind locations, as they are now. Each is read once.
 *
 * @since 0.1
 */
public final class CurrentFiles {

  private final Sources sources;
  private final Map<String, Optional<FileHash>> known = new HashMap<>();

  /** Finds them by the installed sources. */
  public CurrentFiles(ExtensionCatalog catalog) {
    this(InstalledSources.of(catalog));
  }

  CurrentFiles(Sources sources) {
    this.sources = sources;
  }

  /** The hash of the file behind a location; empty if there is none, or a folder. */
  public Optional<FileHash> hash(String location) {
    return known.computeIfAbsent(location, this::read);
  }

  private Optional<FileHash> read(String location) {
    try {
      Path path = sources.fetch(location);
      return Files.isRegularFile(path) ? Optional.of(FileHash.of(path)) : Optional.empty();
    } catch (IOException e) {
      // Whoever needs the file says that it is not there.
      return Optional.empty();
    }
  }
}
