package io.flexora.experiment;

import io.flexora.api.plugin.Extension;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.source.Source;
import io.flexora.api.source.Sources;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.ExtensionCatalog;
import io.flexora.plugin.InstalledExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** All installed sources behind one door; keeps what was fetched, for the provenance. */
final class FetchedSources implements Sources {

  private final ExtensionCatalog catalog;
  private final BiFunction<InstalledExtension, Sources, Source> maker;
  private final Monitor monitor;
  private final Map<String, Path> fetched = new LinkedHashMap<>();
  private final Map<Path, FileHash> known = new HashMap<>();

  /**
   * Makes the door.
   *
   * @param maker makes a source with its default options
   * @param monitor where downloads show their progress
   */
  FetchedSources(
      ExtensionCatalog catalog,
      BiFunction<InstalledExtension, Sources, Source> maker,
      Monitor monitor) {
    this.catalog = catalog;
    this.maker = maker;
    this.monitor = monitor;
  }

  @Override
  public Path fetch(String location) throws IOException {
    Path path = source(location).fetch(location.substring(location.indexOf(':') + 1), monitor);
    fetched.put(location, path);
    return path;
  }

  @Override
  public String newest(String location) throws IOException {
    int after = location.indexOf(':') + 1;
    return location.substring(0, after)
        + source(location).newest(location.substring(after), monitor);
  }

  private Source source(String location) {
    int colon = location.indexOf(':');
    if (colon < 1) {
      throw new FlexoraException(
          ("location '%1$s' does not say where to take it from; write file:%1$s for a file of this"
                  + " machine, or begin it with one of %2$s and a colon")
              .formatted(location, schemes()));
    }
    return maker.apply(find(location, location.substring(0, colon)), this);
  }

  @Override
  public String publicName(String location) {
    int colon = location.indexOf(':');
    return catalog
        .find("source", location.substring(0, Math.max(0, colon)))
        .map(found -> maker.apply(found, this))
        .flatMap(source -> source.publicName(location.substring(colon + 1)))
        .orElse(location);
  }

  private InstalledExtension find(String location, String scheme) {
    return catalog
        .find("source", scheme)
        .orElseThrow(
            () ->
                new FlexoraException(
                    "location '%s': no source '%s' is installed; there are %s"
                        .formatted(location, scheme, schemes())));
  }

  private String schemes() {
    return catalog.ofKind("source").stream()
        .map(InstalledExtension::extension)
        .map(Extension::name)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /**
   * The hash of each single file that was fetched, by its location.
   *
   * @throws FlexoraException if one can no longer be read
   */
  Map<String, FileHash> hashes() {
    Map<String, FileHash> hashes = new LinkedHashMap<>();
    fetched.forEach(
        (location, path) -> {
          if (Files.isRegularFile(path)) {
            hashes.put(location, known.computeIfAbsent(path, FetchedSources::hash));
          }
        });
    return hashes;
  }

  private static FileHash hash(Path file) {
    try {
      return FileHash.of(file);
    } catch (IOException e) {
      throw new FlexoraException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
