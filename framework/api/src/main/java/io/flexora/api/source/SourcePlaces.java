package io.flexora.api.source;

import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folder and the servers of a source, for checks of whether they can be reached.
 *
 * @param cache the folder for what was downloaded, whether or not it is there; empty if the source
 *     keeps nothing
 * @param remotes the servers that it asks; none if it needs no network
 * @param offline the setting that forbids to use the network; empty if none does
 * @param proxies through which proxy the source asks a server, {@link Proxy#NO_PROXY} for none; a
 *     server that is not in it is asked as Java's properties and the environment say
 * @since 0.1
 */
public record SourcePlaces(
    Optional<Path> cache, List<URI> remotes, Optional<String> offline, Map<URI, Proxy> proxies) {

  /** A source that keeps nothing and needs no network. */
  public static final SourcePlaces NONE =
      new SourcePlaces(Optional.empty(), List.of(), Optional.empty());

  /** Copies the servers and the proxies. */
  public SourcePlaces {
    remotes = List.copyOf(remotes);
    proxies = Map.copyOf(proxies);
  }

  /** A source that has no settings of its own for proxies. */
  public SourcePlaces(Optional<Path> cache, List<URI> remotes, Optional<String> offline) {
    this(cache, remotes, offline, Map.of());
  }
}
