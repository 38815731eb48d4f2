package io.flexora.source.maven;

import io.flexora.api.run.Monitor;
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
import org.eclipse.aether.supplier.RepositorySystemSupplier;

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
    DownloadProgress progress = new DownloadProgress(coordinates, monitor);
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
