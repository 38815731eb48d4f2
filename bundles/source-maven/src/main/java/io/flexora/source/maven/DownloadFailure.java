package io.flexora.source.maven;

import io.flexora.files.network.UnknownCertificate;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.spi.connector.transport.http.HttpTransporterException;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.ChecksumFailureException;
import org.eclipse.aether.transfer.RepositoryOfflineException;

/**
 * The reason of a failed download.
 *
 * @param kind what kind of failure it was
 * @param detail what the library says
 */
record DownloadFailure(Kind kind, String detail) {
  private static final Pattern PASSWORD = Pattern.compile("//[^/@\\s]*@");

  /** The kinds of failure that users can do different things about. */
  enum Kind {
    OFFLINE,
    CHECKSUM,
    REFUSED,
    UNTRUSTED,
    NOT_FOUND,
    BROKEN
  }

  /** Looks for the cause that says most, in all repositories that were asked. */
  static DownloadFailure of(ArtifactResolutionException failure) {
    List<Throwable> causes =
        Stream.concat(Stream.of(failure), failure.getResult().getExceptions().stream())
            .flatMap(e -> Stream.iterate(e, x -> x != null, Throwable::getCause))
            .toList();
    return first(causes, Kind.OFFLINE, e -> e instanceof RepositoryOfflineException)
        .or(() -> first(causes, Kind.CHECKSUM, e -> e instanceof ChecksumFailureException))
        .or(() -> first(causes, Kind.REFUSED, DownloadFailure::isRefusal))
        .or(() -> untrusted(causes))
        .or(() -> notFound(failure))
        .orElseGet(() -> new DownloadFailure(Kind.BROKEN, clean(causes.get(causes.size() - 1))));
  }

  private static Optional<DownloadFailure> first(
      List<Throwable> causes, Kind kind, Predicate<Throwable> matches) {
    return causes.stream()
        .filter(matches)
        .findFirst()
        .map(e -> new DownloadFailure(kind, clean(e)));
  }

  private static boolean isRefusal(Throwable e) {
    return e instanceof HttpTransporterException http
        && List.of(401, 403, 407).contains(http.getStatusCode());
  }

  private static Optional<DownloadFailure> untrusted(List<Throwable> causes) {
    return causes.stream()
        .flatMap(e -> UnknownCertificate.problem(e).stream())
        .findFirst()
        .map(problem -> new DownloadFailure(Kind.UNTRUSTED, problem));
  }

  /** Absent only if no repository failed in another way. */
  private static Optional<DownloadFailure> notFound(ArtifactResolutionException failure) {
    return failure.getResult().getExceptions().stream()
            .allMatch(e -> e instanceof ArtifactNotFoundException)
        ? Optional.of(new DownloadFailure(Kind.NOT_FOUND, ""))
        : Optional.empty();
  }

  /** Messages of the library may quote addresses with passwords in them. */
  static String clean(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return PASSWORD.matcher(message).replaceAll("//");
  }

  /** Whether another attempt may succeed. */
  boolean mayPass() {
    return kind == Kind.BROKEN;
  }

  /** Makes the failure that a source tells. */
  IOException exception(String message, Exception cause) {
    IOException failure =
        kind == Kind.NOT_FOUND ? new FileNotFoundException(message) : new IOException(message);
    failure.initCause(cause);
    return failure;
  }

  /** What to tell the user. */
  String message(Coordinates coordinates, UserSettings settings, ArtifactRequest request) {
    String what = "maven:" + coordinates;
    String where = repositories(request.getRepositories());
    return switch (kind) {
      case OFFLINE ->
          "%s is not in the local repository %s, and Maven is offline by its settings."
                  .formatted(what, settings.localRepository())
              + " When online, run 'mvn dependency:get -Dartifact=%s',".formatted(coordinates)
              + " or set <offline> to false and run this again";
      case CHECKSUM ->
          "%s from %s does not have the checksum that the repository gives, and was thrown"
                  .formatted(what, where)
              + " away: %s. Try again; if that stays so, tell the repository's owner"
                  .formatted(detail);
      case REFUSED ->
          "%s: %s refuses access (%s). Check <servers> and <proxies> in %s"
              .formatted(what, where, detail, settings.environment().userSettings());
      case UNTRUSTED -> "%s could not be downloaded from %s: %s".formatted(what, where, detail);
      case NOT_FOUND ->
          "there is no %s in %s. Check the coordinates, or add the repository that has it to a"
                  .formatted(what, where)
              + " profile in %s".formatted(settings.environment().userSettings());
      case BROKEN ->
          "%s could not be downloaded from %s: %s. Nothing of it was kept; try again when the"
                  .formatted(what, where, detail)
              + " network is there, or name a mirror or proxy in %s"
                  .formatted(settings.environment().userSettings());
    };
  }

  private static String repositories(List<RemoteRepository> repositories) {
    return repositories.stream()
        .map(r -> r.getId() + " (" + PASSWORD.matcher(r.getUrl()).replaceAll("//") + ")")
        .collect(Collectors.joining(", "));
  }
}
