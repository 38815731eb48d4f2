package io.flexora.source.maven;

import io.flexora.api.run.Monitor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.eclipse.aether.resolution.VersionRangeResult;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.version.Version;

/**
 * Brings a file from the user's repositories into the local repository, with its checksum verified.
 * A connection that breaks is tried again.
 */
final class ArtifactDownload {
  private static final int ATTEMPTS = 3;
  private final UserSettings settings;
  private final Duration pause;

  /**
   * Makes a download.
   *
   * @param pause how long to wait before the second attempt; twice as long before the third
   */
  ArtifactDownload(UserSettings settings, Duration pause) {
    this.settings = settings;
    this.pause = pause;
  }

  /**
   * Downloads, unless Maven's own rules say that the local file is good.
   *
   * @return the file in the local repository
   * @throws java.io.FileNotFoundException if no repository has it
   * @throws IOException if it could not be brought whole
   */
  Path bring(Coordinates coordinates, Monitor monitor) throws IOException {
    TransferProgress progress = new TransferProgress(coordinates, monitor);
    try (RepositorySystem system = new RepositorySystemSupplier().get();
        CloseableSession session =
            new SessionFactory(settings).session(system).setTransferListener(progress).build()) {
      ArtifactRequest request = request(system, session, coordinates);
      for (int attempt = 1; ; attempt++) {
        try {
          Path file = system.resolveArtifact(session, request).getArtifact().getPath();
          progress.throwIfCancelled();
          return file;
        } catch (ArtifactResolutionException e) {
          progress.throwIfCancelled();
          DownloadFailure failure = DownloadFailure.of(e);
          if (attempt == ATTEMPTS || !failure.mayPass()) {
            throw failure.exception(failure.message(coordinates, settings, request), e);
          }
          monitor.notice("The download of " + coordinates + " broke off; trying again");
          pause(attempt);
        }
      }
    }
  }

  /**
   * Finds the newest release in the user's repositories.
   *
   * @param coordinates with a range for the version
   * @throws java.io.FileNotFoundException if there is none
   * @throws IOException if the repositories cannot be asked
   */
  Coordinates newest(Coordinates coordinates) throws IOException {
    try (RepositorySystem system = new RepositorySystemSupplier().get();
        CloseableSession session = new SessionFactory(settings).session(system).build()) {
      ArtifactRequest request = request(system, session, coordinates);
      VersionRangeResult found =
          system.resolveVersionRange(
              session,
              new VersionRangeRequest(
                  request.getArtifact(), request.getRepositories(), request.getRequestContext()));
      List<String> releases =
          found.getVersions().stream()
              .map(Version::toString)
              .filter(version -> !version.endsWith("-SNAPSHOT"))
              .toList();
      if (releases.isEmpty()) {
        throw noRelease(coordinates, found);
      }
      return new Coordinates(
          coordinates.group(),
          coordinates.artifact(),
          releases.get(releases.size() - 1),
          coordinates.extension(),
          coordinates.classifier());
    } catch (VersionRangeResolutionException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private IOException noRelease(Coordinates coordinates, VersionRangeResult found) {
    String why =
        found.getExceptions().isEmpty()
            ? ""
            : ": " + DownloadFailure.clean(found.getExceptions().get(0));
    return new FileNotFoundException(
        "there is no release of maven:%s:%s in the repositories of %s%s"
            .formatted(
                coordinates.group(),
                coordinates.artifact(),
                settings.environment().userSettings(),
                why));
  }

  private ArtifactRequest request(
      RepositorySystem system, CloseableSession session, Coordinates coordinates) {
    List<RemoteRepository> repositories =
        new Repositories(settings.settings(), settings.environment().mavenProperties()).list();
    return new ArtifactRequest(
        new DefaultArtifact(
            coordinates.group(),
            coordinates.artifact(),
            coordinates.classifier(),
            coordinates.extension(),
            coordinates.version()),
        system.newResolutionRepositories(session, repositories),
        "flexora");
  }

  private void pause(int attempt) throws InterruptedIOException {
    try {
      Thread.sleep(pause.toMillis() * attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two attempts to download");
    }
  }
}
