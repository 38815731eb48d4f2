package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds what a user names and copies it into a file. */
final class PluginFinder {

  /** How large a jar may be. */
  static final long BYTES_MAXIMUM = 512L << 20;

  private static final Pattern ADDRESS = Pattern.compile("(?i)https?://.*");
  private static final Pattern LOCATION = Pattern.compile("[a-z][a-z0-9+.-]+:.+");

  private final Sources sources;
  private final HttpDownload download;

  PluginFinder(Sources sources, HttpDownload download) {
    this.sources = sources;
    this.download = download;
  }

  /**
   * A plugin that was found.
   *
   * @param named how it can be asked for again, without a version
   * @param location where it is exactly
   * @param entry what an index says of it
   */
  record FoundPlugin(String named, String location, Optional<IndexEntry> entry) {

    /** The location for messages, without what only its owner should see. */
    String shown() {
      return ADDRESS.matcher(location).matches() ? HttpDownload.shown(uri(location)) : location;
    }
  }

  /** Whether a text is the path of something that is there. */
  static boolean isPath(String source) {
    return !ADDRESS.matcher(source).matches() && Files.exists(path(source));
  }

  /** Whether a text is the path of a file. */
  static boolean isFile(String source) {
    return isPath(source) && Files.isRegularFile(path(source));
  }

  /** Whether a text is a location of a source, which reads versions by itself. */
  static boolean isLocation(String source) {
    return LOCATION.matcher(source).matches()
        && !ADDRESS.matcher(source).matches()
        && !isPath(source);
  }

  /** Finds a jar that is named by an address, a location of a source, or a path. */
  FoundPlugin direct(String source, Optional<String> version) {
    if (isLocation(source)) {
      return new FoundPlugin(
          source,
          version.map(v -> source + "@" + v).orElseGet(() -> newest(source)),
          Optional.empty());
    }
    boolean address = ADDRESS.matcher(source).matches();
    if (address && uri(source).getRawUserInfo() != null) {
      throw new FlexoraException(
          "an address with a user's name in it is not taken, since the lock would show it");
    }
    String exact = address ? source : absolute(source);
    return new FoundPlugin(exact, exact, Optional.empty());
  }

  /** An address or location as it is, and a path from the root on. */
  static String absolute(String source) {
    return ADDRESS.matcher(source).matches() || isLocation(source)
        ? source
        : path(source).toAbsolutePath().normalize().toString();
  }

  /** Whether a text can only be a path. */
  static boolean isPathLike(String source) {
    return !ADDRESS.matcher(source).matches() && !LOCATION.matcher(source).matches();
  }

  /** Finds an entry of an index, by its name or that of an extension. */
  static FoundPlugin indexed(String called, Optional<String> version, RepositoryIndex index) {
    IndexEntry entry = index.find(called, version);
    return new FoundPlugin(entry.name(), inIndex(index.location(), entry), Optional.of(entry));
  }

  /** Reads the whole of an index. */
  byte[] read(String index, long most, boolean plainHttp) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      copy(index, most, plainHttp, bytes);
    } catch (IOException e) {
      throw new FlexoraException(
          "cannot read the index %s: %s".formatted(index, ReadFailure.reason(e)), e);
    }
    return bytes.toByteArray();
  }

  /** Reads a file beside an index; empty if there is none, or it is the location of a source. */
  Optional<byte[]> readIfThere(String file, long most, boolean plainHttp) {
    if (isLocation(file)) {
      return Optional.empty();
    }
    if (!ADDRESS.matcher(file).matches()) {
      return isPath(file) ? Optional.of(read(file, most, plainHttp)) : Optional.empty();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      return download.fetchIfThere(uri(file), most, plainHttp, bytes)
          ? Optional.of(bytes.toByteArray())
          : Optional.empty();
    } catch (IOException e) {
      throw new FlexoraException("cannot read %s: %s".formatted(file, ReadFailure.reason(e)), e);
    }
  }

  /** Where the jar of an entry is. An index cannot lead out of the place that it is in. */
  private static String inIndex(String index, IndexEntry entry) {
    URI url = uri(entry.url());
    if (ADDRESS.matcher(entry.url()).matches()) {
      return entry.url();
    }
    boolean below = url.getScheme() == null && url.getRawAuthority() == null && staysBelow(url);
    if (!below) {
      throw new FlexoraException(
          "%s names '%s' as the jar of %s; accepted are addresses with https:// and paths below the index"
              .formatted(index, entry.url(), entry.name()));
    }
    return ADDRESS.matcher(index).matches()
        ? uri(index).resolve(url).toString()
        : path(absolute(index)).resolveSibling(url.getPath()).toString();
  }

  private static boolean staysBelow(URI url) {
    String path = url.getPath();
    return path != null
        && !path.isEmpty()
        && !path.startsWith("/")
        && path.indexOf('\\') < 0
        && path.indexOf('\0') < 0
        && !List.of(path.split("/")).contains("..");
  }

  /**
   * Copies what was found into a file.
   *
   * @throws FlexoraException if it does not come whole within the limits
   */
  FileHash bring(FoundPlugin found, boolean plainHttp, Path target) {
    return DurableFile.write(target, out -> copy(found.location(), BYTES_MAXIMUM, plainHttp, out));
  }

  private void copy(String source, long most, boolean plainHttp, OutputStream out)
      throws IOException {
    if (ADDRESS.matcher(source).matches()) {
      download.fetch(uri(source), most, plainHttp, out);
    } else {
      copyFile(isLocation(source) ? fetched(source) : path(source), most, out);
    }
  }

  private String newest(String location) {
    try {
      return sources.newest(location);
    } catch (IOException e) {
      throw new FlexoraException(String.valueOf(e.getMessage()), e);
    }
  }

  private Path fetched(String location) {
    try {
      return sources.fetch(location);
    } catch (IOException e) {
      throw new FlexoraException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void copyFile(Path file, long most, OutputStream out) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new FlexoraException(
          Files.exists(file) ? file + " is not a file" : "there is no file " + file);
    }
    if (Files.size(file) > most) {
      throw new FlexoraException("%s has more than %,d bytes".formatted(file, most));
    }
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(out);
    }
  }

  private static URI uri(String written) {
    try {
      return new URI(written);
    } catch (URISyntaxException e) {
      throw new FlexoraException("'%s' is not an address: %s".formatted(written, e.getReason()), e);
    }
  }

  private static Path path(String written) {
    try {
      return Path.of(written);
    } catch (InvalidPathException e) {
      throw new FlexoraException("'%s' is not a path: %s".formatted(written, e.getReason()), e);
    }
  }
}
