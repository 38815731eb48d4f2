package io.flexora.experiment.setup;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files that the extensions of an experiment have fetched, for its provenance. */
public final class FetchedFiles {

  private final Map<String, Path> fetched = new LinkedHashMap<>();
  private final Map<Path, FileHash> known = new HashMap<>();

  /** Takes note of what was found behind a location; it may be another file than before. */
  void add(String location, Path path) {
    fetched.put(location, path);
    known.remove(path);
  }

  /**
   * The hash of each single file that was fetched, by its location.
   *
   * @throws FlexoraException if one can no longer be read
   */
  public Map<String, FileHash> hashes() {
    Map<String, FileHash> hashes = new LinkedHashMap<>();
    fetched.forEach(
        (location, path) -> {
          if (Files.isRegularFile(path)) {
            hashes.put(location, known.computeIfAbsent(path, FetchedFiles::hash));
          }
        });
    return hashes;
  }

  private static FileHash hash(Path file) {
    try {
      return FileHash.of(file);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }
}
