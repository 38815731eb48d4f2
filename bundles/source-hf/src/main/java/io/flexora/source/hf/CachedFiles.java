package io.flexora.source.hf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a location that the cache has. */
final class CachedFiles {
  private static final String CONFIGURATION = "config.json";
  private final HfLocation location;
  private final RepositoryFolder cache;
  private final Listings listings;

  /**
   * The cached state of a location.
   *
   * @param commit the commit that the revision was last seen to stand for; empty if none is known
   * @param path the file or folder
   * @param missing what of it is not there; empty if it can be used
   * @param isCertain whether the list of files is known, so that nothing can be missing unseen
   */
  record State(String commit, Path path, List<String> missing, boolean isCertain) {
    boolean isUsable() {
      return missing.isEmpty();
    }
  }

  CachedFiles(HfLocation location, RepositoryFolder cache, Listings listings) {
    this.location = location;
    this.cache = cache;
    this.listings = listings;
  }

  /** Looks at the cache, and at nothing else. */
  State state() throws IOException {
    Optional<String> commit = cache.commit(location.revision());
    return commit.isPresent()
        ? state(commit.get())
        : new State("", cache.folder(), List.of("its revision " + location.revision()), false);
  }

  private State state(String commit) throws IOException {
    Path path = cache.file(commit, location.path());
    if (Files.isRegularFile(path)) {
      return new State(commit, path, List.of(), true);
    }
    if (!location.path().isEmpty() && cache.isKnownMissing(commit, location.path())) {
      return new State(
          commit, path, List.of(location.path() + ", which the repository has not"), true);
    }
    Optional<List<RemoteFile>> listing = listings.find(commit, location.path());
    if (listing.isPresent() && !listing.get().isEmpty()) {
      return new State(commit, path, missing(commit, listing.get()), true);
    }
    return new State(commit, path, missingBySight(path), false);
  }

  private List<String> missing(String commit, List<RemoteFile> listing) throws IOException {
    List<RemoteFile> needed =
        location.isModel() ? neededOfModel(commit, listing) : location.wanted(listing);
    if (needed.isEmpty() && location.glob().isPresent()) {
      return List.of("any file that matches " + location.glob().get());
    }
    List<String> missing = new ArrayList<>();
    for (RemoteFile file : needed) {
      if (!cache.has(commit, file)) {
        missing.add(file.path());
      }
    }
    return missing;
  }

  private List<RemoteFile> neededOfModel(String commit, List<RemoteFile> listing)
      throws IOException {
    ModelFiles files = new ModelFiles(location, listing);
    Optional<RemoteFile> index = files.index();
    if (index.isPresent() && !cache.has(commit, index.get())) {
      return List.of(index.get());
    }
    return files.choose(
        index.isPresent() ? WeightIndex.shards(cache.file(commit, index.get().path())) : Set.of());
  }

  /** What is seen to be missing where no list of the files was kept. */
  private List<String> missingBySight(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of(location.path().isEmpty() ? "all of its files" : location.path());
    }
    return location.isModel() ? missingOfModel(folder) : List.of();
  }

  private static List<String> missingOfModel(Path folder) throws IOException {
    List<String> missing = new ArrayList<>();
    if (!Files.isRegularFile(folder.resolve(CONFIGURATION))) {
      missing.add(CONFIGURATION);
    }
    Path index = folder.resolve(WeightIndex.NAME);
    if (Files.isRegularFile(index)) {
      WeightIndex.shards(index).stream()
          .filter(name -> !Files.isRegularFile(folder.resolve(name)))
          .forEach(missing::add);
    } else if (!hasWeights(folder)) {
      missing.add("model.safetensors");
    }
    return missing;
  }

  private static boolean hasWeights(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(f -> f.toString().endsWith(".safetensors") && Files.isRegularFile(f));
    }
  }

  /** What to tell a user who may not or cannot use the network. */
  String lack(State state, String why) {
    String command =
        "hf download %s%s%s%s"
            .formatted(
                location.repository().id(),
                location.repository().kind() == Repository.Kind.DATASET
                    ? " --repo-type dataset"
                    : "",
                location.revision().equals("main") ? "" : " --revision " + location.revision(),
                include());
    List<String> missing = state.missing();
    String first = String.join(", ", missing.subList(0, Math.min(3, missing.size())));
    String more = missing.size() > 3 ? " and %d more".formatted(missing.size() - 3) : "";
    return ("%s is not whole in the cache %s: it lacks %s%s, and %s. Run this again with the"
            + " network, or '%s' where there is one and copy the folder")
        .formatted(location, cache.folder(), first, more, why, command);
  }

  private String include() {
    String folder = location.path().isEmpty() ? "" : location.path() + "/";
    String names =
        location
            .glob()
            .map(glob -> folder + glob)
            .orElse(location.path().isEmpty() ? "" : location.path() + "*");
    return names.isEmpty() ? "" : " --include '" + names + "'";
  }
}
