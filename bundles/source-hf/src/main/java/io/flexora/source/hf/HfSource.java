package io.flexora.source.hf;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Monitor;
import io.flexora.api.source.Source;
import jakarta.inject.Inject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves {@code hf:[datasets/]organisation/name[@revision][/path]}. */
@Doc(
    "A model, a data set, or a file or folder of one, from the Hugging Face Hub, through the"
        + " cache of huggingface_hub: hf:org/name[@revision][/path],"
        + " hf:datasets/org/name[@revision][/path]. For a whole model only the files that a"
        + " loader needs are downloaded: *.json, *.jinja, *.txt, *.model, *.tiktoken and"
        + " *.safetensors (only the shards of model.safetensors.index.json, if it exists). A"
        + " path downloads the folder below it; a glob, where accepted, the files that match."
        + " Reads HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE and the proxies"
        + " of Java or the environment.")
final class HfSource implements Source {
  private final HubEnvironment environment;
  private final DownloadLocks locks;
  private final HubTimeouts timeouts;

  @Inject
  HfSource(DownloadLocks locks) {
    this(HubEnvironment.ofThisProcess(), locks, HubTimeouts.USUAL);
  }

  HfSource(HubEnvironment environment, DownloadLocks locks, HubTimeouts timeouts) {
    this.environment = environment;
    this.locks = locks;
    this.timeouts = timeouts;
  }

  @Override
  public Path fetch(String location, Monitor monitor) throws IOException {
    return fetch(HfLocation.parse(location), monitor);
  }

  @Override
  public Path fetchMatching(String folder, String glob, Monitor monitor) throws IOException {
    return fetch(HfLocation.parse(folder).matching(glob), monitor);
  }

  private Path fetch(HfLocation parsed, Monitor monitor) throws IOException {
    RepositoryFolder cache =
        new RepositoryFolder(environment.cache(), parsed.repository(), environment.allowsLinks());
    Listings listings = new Listings(cache);
    CachedFiles cached = new CachedFiles(parsed, cache, listings);
    CachedFiles.State state = cached.state();
    Optional<String> offline = environment.offline();
    if (parsed.isPinned() && state.isCertain() && state.isUsable()) {
      return use(parsed, state, monitor);
    }
    if (offline.isPresent()) {
      return useOffline(
          cached, parsed, state, offline.get() + " forbids to use the network", monitor);
    }
    DownloadProgress progress = new DownloadProgress(monitor);
    try {
      return online(parsed, cache, listings, state.isUsable(), progress, monitor);
    } catch (HubFailure e) {
      if (!e.leavesCacheValid() || !state.isUsable()) {
        throw isAbsent(e, parsed, state, monitor) ? absent(e) : e;
      }
      monitor.notice(
          "%s; using what the cache has of %s, at commit %s"
              .formatted(e.getMessage(), parsed, state.commit()));
      return useOffline(cached, parsed, state, "the Hub was not reached", monitor);
    }
  }

  @Override
  public Optional<String> publicName(String location) {
    return Optional.of(HfLocation.parse(location).repository().id());
  }

  @Override
  public Optional<String> publicRevision(String location) {
    return HfLocation.parse(location).namedRevision();
  }

  @Override
  public Source.Places places() {
    return new Source.Places(
        Optional.of(environment.cache()), List.of(environment.endpoint()), environment.offline());
  }

  /** A file that is away with the network, of a revision that is here, is no more there. */
  private static boolean isAbsent(
      HubFailure failure, HfLocation location, CachedFiles.State state, Monitor monitor) {
    boolean away =
        failure.kind() == HubFailure.Kind.UNREACHABLE
            && !location.path().isEmpty()
            && !state.commit().isEmpty();
    if (away) {
      monitor.notice(
          "%s; the cache has commit %s, but not %s"
              .formatted(failure.getMessage(), state.commit(), location));
    }
    return away || failure.isAbsence();
  }

  private static IOException absent(HubFailure cause) {
    IOException absent = new FileNotFoundException(cause.getMessage());
    absent.initCause(cause);
    return absent;
  }

  private Path online(
      HfLocation location,
      RepositoryFolder cache,
      Listings listings,
      boolean hasCache,
      DownloadProgress progress,
      Monitor monitor)
      throws IOException {
    HubClient client = new HubClient(environment, timeouts);
    URI endpoint = environment.endpoint();
    Hub hub =
        new Hub(
            new HubRefusal(location, endpoint, client.hasToken()),
            new Retrying(client, timeouts, progress, hasCache));
    BlobDownload download = new BlobDownload(hub, cache, locks, timeouts, progress);
    Fetch.Result result = new Fetch(hub, cache, listings, download, progress).bring();
    tell(monitor, location, result.commit(), progress.done());
    return result.path();
  }

  private static Path useOffline(
      CachedFiles cached, HfLocation location, CachedFiles.State state, String why, Monitor monitor)
      throws IOException {
    if (!state.isUsable()) {
      throw new FileNotFoundException(cached.lack(state, why));
    }
    if (!state.isCertain()) {
      monitor.notice(
          "%s: no list of its files is in the cache; taking what is there as all of it"
              .formatted(location));
    }
    return use(location, state, monitor);
  }

  private static Path use(HfLocation location, CachedFiles.State state, Monitor monitor) {
    tell(monitor, location, state.commit(), 0);
    return state.path();
  }

  private static void tell(Monitor monitor, HfLocation location, String commit, long bytes) {
    monitor.event(
        new Event.Own(
            "repository_fetched",
            Map.of(
                "location", Figure.of(location.toString()),
                "commit", Figure.of(commit),
                "downloaded_bytes", Figure.of(bytes))));
  }
}
