package io.flexora.experiment.setup;

import io.flexora.api.plugin.Extension;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.source.Source;
import io.flexora.api.source.Sources;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** All installed sources behind one door; takes note of what was fetched. */
final class FetchedSources implements Sources {

  private final ExtensionCatalog catalog;
  private final BiFunction<InstalledExtension, Sources, Source> maker;
  private final Monitor monitor;
  private final FetchedFiles fetched;

  /**
   * Makes the door.
   *
   * @param maker makes a source with its default options
   * @param monitor where downloads show their progress
   * @param fetched takes note of what is fetched
   */
  FetchedSources(
      ExtensionCatalog catalog,
      BiFunction<InstalledExtension, Sources, Source> maker,
      Monitor monitor,
      FetchedFiles fetched) {
    this.catalog = catalog;
    this.maker = maker;
    this.monitor = monitor;
    this.fetched = fetched;
  }

  @Override
  public Path fetch(String location) throws IOException {
    Path path = source(location).fetch(location.substring(location.indexOf(':') + 1), monitor);
    fetched.add(location, path);
    return path;
  }

  @Override
  public Path fetchMatching(String folder, String glob) throws IOException {
    return source(folder).fetchMatching(folder.substring(folder.indexOf(':') + 1), glob, monitor);
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
    return told(location, Source::publicName).orElse(location);
  }

  @Override
  public Optional<String> publicRevision(String location) {
    return told(location, Source::publicRevision);
  }

  /** What the source of a location tells of it; empty if none is installed. */
  private Optional<String> told(
      String location, BiFunction<Source, String, Optional<String>> question) {
    int colon = location.indexOf(':');
    return catalog
        .find("source", location.substring(0, Math.max(0, colon)))
        .map(found -> maker.apply(found, this))
        .flatMap(source -> question.apply(source, location.substring(colon + 1)));
  }

  private InstalledExtension find(String location, String scheme) {
    return catalog
        .find("source", scheme)
        .orElseThrow(
            () ->
                new FlexoraException(
                    "location '%s': no source '%s' is installed; there are %s%s"
                        .formatted(location, scheme, schemes(), unusable(scheme))));
  }

  private String unusable(String scheme) {
    return catalog.unusable(scheme).stream()
        .map(plugin -> "; " + plugin)
        .collect(Collectors.joining());
  }

  private String schemes() {
    return catalog.ofKind("source").stream()
        .map(InstalledExtension::extension)
        .map(Extension::name)
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
