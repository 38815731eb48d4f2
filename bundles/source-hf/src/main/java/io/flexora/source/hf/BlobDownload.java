package io.flexora.source.hf;

import io.flexora.files.durable.WriteFailure;
import io.flexora.files.network.TimedBody;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings contents into the cache: goes on where an earlier attempt ended, verifies the checksum,
 * and gives the content its name only then.
 */
final class BlobDownload {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-.*");
  private final Hub hub;
  private final RepositoryFolder cache;
  private final DownloadLocks locks;
  private final HubTimeouts timeouts;
  private final DownloadProgress progress;

  BlobDownload(
      Hub hub,
      RepositoryFolder cache,
      DownloadLocks locks,
      HubTimeouts timeouts,
      DownloadProgress progress) {
    this.hub = hub;
    this.cache = cache;
    this.locks = locks;
    this.timeouts = timeouts;
    this.progress = progress;
  }

  /**
   * Brings the content of a file, unless it is there.
   *
   * @throws IOException if it did not come whole
   * @throws io.flexora.api.run.FlexoraException if it cannot be written
   */
  void bring(String commit, RemoteFile file) throws IOException {
    Path blob = cache.blob(file.hash());
    try {
      Files.createDirectories(blob.getParent());
    } catch (IOException e) {
      throw WriteFailure.explain(blob.getParent(), e);
    }
    try (DownloadLocks.Held lock = locks.acquire(cache.lockFile(file.hash()), progress)) {
      if (cache.hasBlob(file)) {
        progress.add(file.size());
        return;
      }
      // A name of our own: other programs that know the cache lock it in another way.
      String mark = lock.excludesOthers() ? "" : "." + UUID.randomUUID();
      Path partial = blob.resolveSibling(blob.getFileName() + ".flexora" + mark + ".incomplete");
      complete(commit, file, partial);
      move(partial, blob);
    }
  }

  private static void move(Path partial, Path blob) {
    try {
      Files.move(
          partial, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw WriteFailure.explain(blob, e);
    }
  }

  private void complete(String commit, RemoteFile file, Path partial) throws IOException {
    boolean mayBeOld = Files.exists(partial);
    int failures = 0;
    while (true) {
      long counted = progress.done();
      long before = mayBeOld ? Files.size(partial) : 0;
      try {
        fill(commit, file, partial);
        return;
      } catch (HubFailure | InterruptedIOException e) {
        throw e;
      } catch (WrongContentException e) {
        progress.add(counted - progress.done());
        Files.deleteIfExists(partial);
        if (before == 0) {
          throw wrong(file, e);
        }
        progress.notice(file.path() + " could not be continued; starting again");
      } catch (IOException e) {
        boolean came = Files.exists(partial) && Files.size(partial) > before;
        failures = came ? 1 : failures + 1;
        progress.add(counted - progress.done());
        pause(file, e, failures);
      }
      mayBeOld = Files.exists(partial);
    }
  }

  private void pause(RemoteFile file, IOException e, int failures) throws IOException {
    if (failures >= HubTimeouts.ATTEMPTS) {
      throw Retrying.unreachable(hub.endpoint(), e);
    }
    progress.notice(
        "The download of %s broke off (%s); going on with it"
            .formatted(file.path(), Retrying.reason(e)));
    HubTimeouts.sleep(timeouts.pauseAfter(failures), progress::tick);
  }

  private HubFailure wrong(RemoteFile file, WrongContentException e) {
    return new HubFailure(
        HubFailure.Kind.MALFORMED,
        ("%s of %s is not what the Hub announced (%s) and was thrown away. Try again; if that stays"
                + " so, a mirror or proxy changes it (HF_ENDPOINT, https_proxy)")
            .formatted(file.path(), hub.location(), e.getMessage()),
        e);
  }

  private void fill(String commit, RemoteFile file, Path path) throws IOException {
    try (PartialFile partial = PartialFile.open(path, file)) {
      if (!partial.isComplete()) {
        transfer(commit, file, partial);
      } else {
        progress.add(partial.size());
      }
      partial.verify();
    }
  }

  private void transfer(String commit, RemoteFile file, PartialFile partial) throws IOException {
    HubResponse answer = hub.open(commit, file.path(), partial.size());
    try (TimedBody body = answer.last().body()) {
      if (partial.size() > 0 && !goesOn(answer, partial.size())) {
        partial.clear();
        if (answer.status() != 200) {
          throw new IOException("the server does not go on where it ended");
        }
      }
      refuseOtherSize(answer, file);
      progress.add(partial.size());
      Optional<ByteBuffer> piece = body.next(progress::tick);
      while (piece.isPresent()) {
        int bytes = piece.get().remaining();
        partial.append(piece.get());
        progress.add(bytes);
        piece = body.next(progress::tick);
      }
    }
    if (!partial.isComplete()) {
      long came = partial.size();
      throw new IOException("it ended after %d of %d bytes".formatted(came, file.size()));
    }
  }

  private static void refuseOtherSize(HubResponse answer, RemoteFile file)
      throws WrongContentException {
    long announced = answer.number("Content-Length").orElse(file.size());
    if (answer.status() == 200 && announced != file.size()) {
      throw new WrongContentException(
          "it has %d bytes instead of %d".formatted(announced, file.size()));
    }
  }

  /** Whether an answer begins at the byte that was asked for. */
  private static boolean goesOn(HubResponse answer, long from) {
    Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
    return answer.status() == 206 && range.matches() && Long.parseLong(range.group(1)) == from;
  }
}
