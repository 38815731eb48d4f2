package io.flexora.source.maven;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Monitor;
import io.flexora.api.source.Source;
import io.flexora.source.archive.ArchiveLocation;
import io.flexora.source.archive.EntryCache;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.aether.repository.RemoteRepository;

/** Serves {@code maven:group:artifact:version[:extension[:classifier]][!/entry]}. */
@Doc(
    "A file of a Maven repository, or a file in it: maven:group:artifact:version!/entry. Uses the"
        + " user's own Maven settings and local repository.")
final class MavenSource implements Source {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private final MavenEnvironment environment;
  private final EntryCache cache;
  private final Duration pause;

  @Inject
  MavenSource() {
    this(MavenEnvironment.ofThisProcess(), EntryCache.ofUser(), PAUSE);
  }

  MavenSource(MavenEnvironment environment, EntryCache cache, Duration pause) {
    this.environment = environment;
    this.cache = cache;
    this.pause = pause;
  }

  @Override
  public Path fetch(String location, Monitor monitor) throws IOException {
    ArchiveLocation parsed = ArchiveLocation.parse(location);
    Coordinates coordinates = Coordinates.parse(parsed.archive());
    Path artifact = artifact(coordinates, monitor);
    return parsed.entry().isPresent() ? cache.extract(artifact, parsed.entry().get()) : artifact;
  }

  @Override
  public String newest(String location, Monitor monitor) throws IOException {
    Optional<Coordinates> all = Coordinates.withoutVersion(location, "[0,)");
    return all.isEmpty()
        ? location
        : new ArtifactDownload(UserSettings.read(environment), pause).newest(all.get()).toString();
  }

  @Override
  public Source.Places places() {
    UserSettings settings = UserSettings.read(environment);
    List<RemoteRepository> remotes = new SessionFactory(settings).remotes();
    return new Source.Places(
        Optional.of(settings.localRepository()),
        remotes.stream().map(remote -> URI.create(remote.getUrl())).distinct().toList(),
        settings.settings().isOffline()
            ? Optional.of("offline in Maven's settings")
            : Optional.empty(),
        new Proxies(settings).of(remotes));
  }

  private Path artifact(Coordinates coordinates, Monitor monitor) throws IOException {
    UserSettings settings = UserSettings.read(environment);
    Path local = coordinates.pathIn(settings.localRepository());
    if (Files.isRegularFile(local) && !coordinates.isSnapshot()) {
      return local;
    }
    return new ArtifactDownload(settings, pause).bring(coordinates, monitor);
  }
}
