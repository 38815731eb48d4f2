package io.flexora.api.source;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a source keeps and gets files, for those who look whether that works.
 *
 * @param cache the folder for what was downloaded, whether or not it is there; empty if the source
 *     keeps nothing
 * @param remotes the servers that it asks; none if it needs no network
 * @param offline the setting that forbids to use the network; empty if none does
 * @since 0.1
 */
public record SourcePlaces(Optional<Path> cache, List<URI> remotes, Optional<String> offline) {

  /** A source that keeps nothing and needs no network. */
  public static final SourcePlaces NONE =
      new SourcePlaces(Optional.empty(), List.of(), Optional.empty());

  /** Copies the servers. */
  public SourcePlaces {
    remotes = List.copyOf(remotes);
  }
}
