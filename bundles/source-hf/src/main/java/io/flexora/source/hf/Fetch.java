package io.flexora.source.hf;

import io.flexora.files.durable.WriteFailure;
import io.flexora.files.message.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Brings the files of one location from the Hub into the cache, those that are not there. */
final class Fetch {
  private final Hub hub;
  private final RepositoryFolder cache;
  private final Listings listings;
  private final BlobDownload download;
  private final DownloadProgress progress;

  /**
   * The outcome of a download.
   *
   * @param commit the commit that the files are of
   * @param path the file or folder
   * @param files how many files that are
   */
  record Result(String commit, Path path, int files) {}

  Fetch(
      Hub hub,
      RepositoryFolder cache,
      Listings listings,
      BlobDownload download,
      DownloadProgress progress) {
    this.hub = hub;
    this.cache = cache;
    this.listings = listings;
    this.download = download;
    this.progress = progress;
  }

  /**
   * Brings them.
   *
   * @throws IOException if they did not come whole
   */
  Result bring() throws IOException {
    HfLocation location = hub.location();
    return location.path().isEmpty() ? bringRepository(location) : bringPath(location);
  }

  private Result bringRepository(HfLocation location) throws IOException {
    String commit = location.isPinned() ? location.revision() : hub.commit();
    List<RemoteFile> listing = listing(commit, "");
    List<RemoteFile> files = location.isModel() ? neededOfModel(commit, listing) : listing;
    if (files.isEmpty()) {
      throw new HubFailure(HubFailure.Kind.NO_FILE, location + " has no files");
    }
    return bring(location, commit, wanted(location, files));
  }

  private List<RemoteFile> neededOfModel(String commit, List<RemoteFile> listing)
      throws IOException {
    ModelFiles files = new ModelFiles(hub.location(), listing);
    Optional<RemoteFile> index = files.index();
    if (index.isEmpty()) {
      return files.choose(Set.of());
    }
    bringAll(commit, List.of(index.get()));
    return files.choose(WeightIndex.shards(cache.file(commit, index.get().path())));
  }

  private Result bringPath(HfLocation location) throws IOException {
    Hub.HubFile found = hub.file();
    if (found.file().isPresent()) {
      return bring(location, found.commit(), List.of(found.file().get()));
    }
    return bring(location, found.commit(), wanted(location, folder(location, found.commit())));
  }

  private static List<RemoteFile> wanted(HfLocation location, List<RemoteFile> folder)
      throws HubFailure {
    List<RemoteFile> files = location.wanted(folder);
    if (files.isEmpty()) {
      throw new HubFailure(
          HubFailure.Kind.NO_FILE,
          "%s matches none of the %d files there, such as %s"
              .formatted(location, folder.size(), folder.get(0).path()));
    }
    return files;
  }

  private List<RemoteFile> folder(HfLocation location, String commit) throws IOException {
    try {
      List<RemoteFile> files = Listings.below(listing(commit, location.path()), location.path());
      if (!files.isEmpty()) {
        return files;
      }
    } catch (HubFailure e) {
      if (e.kind() != HubFailure.Kind.NO_FILE) {
        throw e;
      }
    }
    noteMissing(location, commit);
    throw noFile(location, listing(commit, ""));
  }

  private void noteMissing(HfLocation location, String commit) {
    try {
      cache.rememberMissing(commit, location.path());
      cache.remember(location.revision(), commit);
    } catch (IOException e) {
      progress.notice("The cache cannot be written to: " + e.getMessage());
    }
  }

  private static HubFailure noFile(HfLocation location, List<RemoteFile> listing) {
    String wanted = location.path();
    String name = wanted.substring(wanted.lastIndexOf('/') + 1);
    Set<String> names = new LinkedHashSet<>();
    for (RemoteFile file : listing) {
      names.add(file.path());
      for (int i = file.path().indexOf('/'); i >= 0; i = file.path().indexOf('/', i + 1)) {
        names.add(file.path().substring(0, i));
      }
    }
    Optional<String> meant =
        names.stream()
            .filter(n -> n.endsWith("/" + name))
            .findFirst()
            .or(() -> NearestName.to(wanted, names));
    return new HubFailure(
        HubFailure.Kind.NO_FILE,
        "%s: the repository %s has no '%s' at revision %s%s"
            .formatted(
                location,
                location.repository(),
                wanted,
                location.revision(),
                meant.map(NearestName::question).orElse("; check its name")));
  }

  private List<RemoteFile> listing(String commit, String folder) throws IOException {
    Optional<List<RemoteFile>> known = listings.find(commit, folder);
    if (known.isPresent()) {
      return known.get();
    }
    List<RemoteFile> files = hub.listing(commit, folder);
    if (!files.isEmpty()) {
      listings.keep(commit, folder, files);
    }
    return files;
  }

  private Result bring(HfLocation location, String commit, List<RemoteFile> files)
      throws IOException {
    bringAll(commit, files);
    try {
      cache.remember(location.revision(), commit);
    } catch (IOException e) {
      progress.notice("The cache cannot be written to: " + e.getMessage());
    }
    return new Result(commit, cache.file(commit, location.path()), files.size());
  }

  private void bringAll(String commit, List<RemoteFile> files) throws IOException {
    List<RemoteFile> lacking = new ArrayList<>();
    for (RemoteFile file : files) {
      if (!cache.has(commit, file)) {
        lacking.add(file);
      }
    }
    List<RemoteFile> toLoad = new ArrayList<>();
    for (RemoteFile file : lacking) {
      if (!cache.hasBlob(file)) {
        toLoad.add(file);
      }
    }
    if (!toLoad.isEmpty()) {
      long bytes = toLoad.stream().mapToLong(RemoteFile::size).sum();
      checkSpace(bytes);
      progress.begin(hub.location(), toLoad.size(), bytes, HubClient.shown(hub.endpoint()));
      for (RemoteFile file : toLoad) {
        download.bring(commit, file);
      }
      progress.end();
    }
    for (RemoteFile file : lacking) {
      place(commit, file);
    }
  }

  private void place(String commit, RemoteFile file) {
    try {
      cache.place(commit, file);
    } catch (IOException e) {
      throw WriteFailure.explain(cache.file(commit, file.path()), e);
    }
  }

  private void checkSpace(long bytes) throws IOException {
    Path folder = cache.root();
    while (folder != null && Files.notExists(folder)) {
      folder = folder.getParent();
    }
    long free = folder == null ? Long.MAX_VALUE : Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new IOException(
          ("%s needs %.1f MB, and only %.1f MB are free at %s. Free some space, or set HF_HOME to a"
                  + " folder on another disk")
              .formatted(hub.location(), bytes / 1e6, free / 1e6, cache.root()));
    }
  }
}
