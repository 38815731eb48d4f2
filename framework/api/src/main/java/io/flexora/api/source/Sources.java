package io.flexora.api.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All installed sources behind one door; an extension may ask for it in its constructor.
 *
 * @since 0.1
 */
@ProviderType
public interface Sources {

  /**
   * Brings the file or folder behind a location, such as {@code maven:g:a:1.0!/model.onnx} or
   * {@code file:data/rows.jsonl}. Its SHA-256 becomes part of the run's provenance.
   *
   * @throws IOException as {@link Source#fetch}
   * @throws io.flexora.api.run.FlexoraException if no installed source serves the scheme, or the
   *     location is malformed
   */
  Path fetch(String location) throws IOException;

  /**
   * Brings those files of a folder whose paths below it match a glob, as {@link
   * Source#fetchMatching}. None of them becomes part of the run's provenance before it is fetched
   * by its own location.
   *
   * @return the folder, in which other files may be too
   * @throws IOException as {@link Source#fetchMatching}
   * @throws io.flexora.api.run.FlexoraException as {@link #fetch}
   */
  default Path fetchMatching(String folder, String glob) throws IOException {
    return fetch(folder);
  }

  /**
   * Finds what a location without a version means now, as {@link Source#newest}.
   *
   * @throws IOException as {@link Source#newest}
   * @throws io.flexora.api.run.FlexoraException as {@link #fetch}
   */
  default String newest(String location) throws IOException {
    return location;
  }

  /**
   * What other programs call the model behind a location; the location itself if its source knows
   * no such name.
   */
  default String publicName(String location) {
    return location;
  }

  /** Which version of that model the location means, as {@link Source#publicRevision}. */
  default Optional<String> publicRevision(String location) {
    return Optional.empty();
  }
}
