package io.flexora.source.hf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Chooses the files of a model that are needed to load it: configuration, tokenizer, chat templates
 * and the weights in safetensors; not the same weights in other formats, nor what is in folders.
 */
final class ModelFiles {
  private static final String WEIGHTS = ".safetensors";
  private static final String ONE_FILE = "model.safetensors";
  private static final Pattern NEEDED =
      Pattern.compile(
          "[^/]+\\.(json|jinja|txt|model|tiktoken)|additional_chat_templates/[^/]+\\.jinja");
  private static final Pattern OTHER_WEIGHTS =
      Pattern.compile(".*\\.(bin|pth|pt|gguf|onnx|h5|msgpack|ckpt|safetensors)");
  private final HfLocation location;
  private final List<RemoteFile> listing;

  /**
   * Makes the choice of a model.
   *
   * @param listing all files of the repository
   */
  ModelFiles(HfLocation location, List<RemoteFile> listing) {
    this.location = location;
    this.listing = listing;
  }

  /** The index of the weights, if there is one. */
  Optional<RemoteFile> index() {
    return find(WeightIndex.NAME);
  }

  private Optional<RemoteFile> find(String path) {
    return listing.stream().filter(f -> f.path().equals(path)).findFirst();
  }

  /**
   * The files that are needed.
   *
   * @param shards the names in the index; empty if there is none
   * @throws HubFailure if the index names files that are not there, or the weights are there in
   *     other formats only
   */
  List<RemoteFile> choose(Set<String> shards) throws HubFailure {
    List<RemoteFile> chosen = new ArrayList<>();
    listing.stream().filter(f -> NEEDED.matcher(f.path()).matches()).forEach(chosen::add);
    List<RemoteFile> weights = weights(shards);
    if (weights.isEmpty()) {
      refuseOtherFormats();
    }
    chosen.addAll(weights);
    return chosen;
  }

  private List<RemoteFile> weights(Set<String> shards) throws HubFailure {
    if (!shards.isEmpty()) {
      List<RemoteFile> found = listing.stream().filter(f -> shards.contains(f.path())).toList();
      if (found.size() == shards.size()) {
        return found;
      }
      if (find(ONE_FILE).isEmpty()) {
        throw lacks(shards, found);
      }
    }
    List<RemoteFile> atRoot =
        listing.stream()
            .filter(f -> f.path().endsWith(WEIGHTS) && !f.path().contains("/"))
            .toList();
    return find(ONE_FILE).isEmpty()
        ? atRoot
        : atRoot.stream().filter(f -> !isVariant(f.path())).toList();
  }

  /** Whether a file holds the weights once more, in other numbers or under other names. */
  private static boolean isVariant(String path) {
    return !path.equals(ONE_FILE) && path.matches("(model|consolidated|pytorch_model)\\b.*");
  }

  private HubFailure lacks(Set<String> shards, List<RemoteFile> found) {
    Set<String> lacking = new TreeSet<>(shards);
    found.forEach(f -> lacking.remove(f.path()));
    return new HubFailure(
        HubFailure.Kind.NO_FILE,
        "%s: %s names %s, which the repository does not have; it is damaged, tell its owner"
            .formatted(location, WeightIndex.NAME, lacking.iterator().next()));
  }

  private void refuseOtherFormats() throws HubFailure {
    List<String> others =
        listing.stream()
            .map(RemoteFile::path)
            .filter(p -> OTHER_WEIGHTS.matcher(p).matches())
            .toList();
    if (!others.isEmpty()) {
      throw new HubFailure(
          HubFailure.Kind.NO_FILE,
          ("%s has no weights in safetensors at its root; it has %s%s. Name a file or folder, such"
                  + " as %s, or another revision or repository that has safetensors")
              .formatted(
                  location,
                  String.join(", ", others.subList(0, Math.min(5, others.size()))),
                  others.size() > 5 ? " and %d more".formatted(others.size() - 5) : "",
                  location.at(others.get(0))));
    }
  }
}
