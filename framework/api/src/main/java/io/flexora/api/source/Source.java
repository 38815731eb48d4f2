package io.flexora.api.source;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Monitor;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Brings the files behind a location onto this machine. The extension's name is the scheme: the
 * source {@code maven} serves {@code maven:group:artifact:version!/entry}.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(
    value = "source",
    affects = {Effect.MODEL, Effect.DATA, Effect.EVALUATION})
public interface Source {

  /**
   * Brings a file or folder.
   *
   * @param location the location without its scheme and colon
   * @param monitor where a download shows its progress
   * @return a readable file or folder that is whole; it is not to be written to
   * @throws java.io.FileNotFoundException if the location is not there: whoever can do without the
   *     file takes this alone for its absence. Where the network is forbidden or away, what was not
   *     brought before is not there either
   * @throws IOException if it could not be brought whole; nothing half done is left under a final
   *     name
   * @throws io.flexora.api.run.FlexoraException if the location is malformed
   */
  Path fetch(String location, Monitor monitor) throws IOException;

  /**
   * Brings those files of a folder whose paths below it match a glob. A source to which each file
   * is a download brings no others; by default all of the folder is brought.
   *
   * @param folder the folder's location without its scheme and colon
   * @param glob as {@link java.nio.file.FileSystem#getPathMatcher} reads it; a slash parts folders
   * @param monitor as {@link #fetch}
   * @return the folder, in which other files may be too
   * @throws java.io.FileNotFoundException if the folder is not there; or if no file matches, where
   *     nothing else is brought
   * @throws IOException as {@link #fetch}
   * @throws io.flexora.api.run.FlexoraException as {@link #fetch}
   */
  default Path fetchMatching(String folder, String glob, Monitor monitor) throws IOException {
    return fetch(folder, monitor);
  }

  /**
   * Finds what a location without a version means now. No experiment asks, since it would read
   * another file on another day; who installs or updates something does, and records the answer.
   *
   * @param location the location without its scheme and colon
   * @return the location with the newest released version; the location itself if it has a version,
   *     or the source knows none
   * @throws IOException as {@link #fetch}
   */
  default String newest(String location, Monitor monitor) throws IOException {
    return location;
  }

  /**
   * What other programs call the model behind a location, as PEFT writes it into {@code
   * base_model_name_or_path}: the name of a repository, or a path.
   *
   * @param location the location without its scheme and colon
   * @return empty if others have no name for it
   */
  default Optional<String> publicName(String location) {
    return Optional.empty();
  }

  /**
   * Which version of the model that {@link #publicName} names a location means, as PEFT writes it
   * into {@code revision}: a branch, a tag or a commit.
   *
   * @param location the location without its scheme and colon
   * @return empty for the version that others take by themselves, or if there are none
   */
  default Optional<String> publicRevision(String location) {
    return Optional.empty();
  }

  /** Where it keeps and gets files; nothing is downloaded, and nothing is written. */
  default Places places() {
    return Places.NONE;
  }

  /**
   * The folder and the servers of a source, for checks of whether they can be reached.
   *
   * @param cache the folder for what was downloaded, whether or not it is there; empty if the
   *     source keeps nothing
   * @param remotes the servers that it asks; none if it needs no network
   * @param offline the setting that forbids to use the network; empty if none does
   * @param proxies through which proxy the source asks a server, {@link Proxy#NO_PROXY} for none; a
   *     server that is not in it is asked as Java's properties and the environment say
   */
  record Places(
      Optional<Path> cache, List<URI> remotes, Optional<String> offline, Map<URI, Proxy> proxies) {

    /** A source that keeps nothing and needs no network. */
    public static final Places NONE = new Places(Optional.empty(), List.of(), Optional.empty());

    /** Copies the servers and the proxies. */
    public Places {
      remotes = List.copyOf(remotes);
      proxies = Map.copyOf(proxies);
    }

    /** A source that has no settings of its own for proxies. */
    public Places(Optional<Path> cache, List<URI> remotes, Optional<String> offline) {
      this(cache, remotes, offline, Map.of());
    }
  }
}
