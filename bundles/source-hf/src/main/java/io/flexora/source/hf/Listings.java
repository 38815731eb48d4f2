package io.flexora.source.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps lists of the files of a commit, which never change, in the cache: that of the whole
 * repository where and as huggingface_hub keeps it ({@code trees/COMMIT.json}), those of folders
 * beside it.
 */
final class Listings {
  private static final int VERSION = 1;
  private static final int LONGEST_NAME = 200;
  private static final long LARGEST_FILE = 256L << 20;
  private final Path folder;
  private final ObjectMapper json = new ObjectMapper();

  Listings(RepositoryFolder cache) {
    this.folder = cache.folder().resolve("trees");
  }

  private Path file(String commit, String subfolder) {
    return folder.resolve(
        commit + (subfolder.isEmpty() ? "" : "." + Escaped.segment(subfolder)) + ".json");
  }

  /** The files of a folder at a commit, if they were listed before. */
  Optional<List<RemoteFile>> find(String commit, String subfolder) {
    Optional<List<RemoteFile>> all = read(file(commit, ""));
    if (all.isPresent()) {
      return all.map(files -> below(files, subfolder));
    }
    return subfolder.isEmpty() ? all : read(file(commit, subfolder));
  }

  /** Those files that are in a folder. */
  static List<RemoteFile> below(List<RemoteFile> files, String subfolder) {
    return subfolder.isEmpty()
        ? files
        : files.stream().filter(f -> f.path().startsWith(subfolder + "/")).toList();
  }

  /** What cannot be read, or is not of this form, counts as not there. */
  private Optional<List<RemoteFile>> read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
        return Optional.empty();
      }
      JsonNode root = json.readTree(RegularFile.bytes(file));
      List<RemoteFile> files = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : root.path("files").properties()) {
        files.add(file(entry.getKey(), entry.getValue()));
      }
      boolean isSound =
          root.path("format_version").asInt() == VERSION
              && root.path("files").isObject()
              && files.stream().allMatch(Listings::isSound);
      return isSound ? Optional.of(files) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static RemoteFile file(String path, JsonNode written) {
    String blobId = written.path("blob_id").asText();
    return new RemoteFile(
        path,
        written.path("size").asLong(-1),
        new ContentHash(written.path("lfs_sha256").asText(blobId)),
        blobId,
        written.path("xet_hash").asText());
  }

  private static boolean isSound(RemoteFile file) {
    return FileName.isSafe(file.path()) && file.size() >= 0 && file.hash().isKnown();
  }

  /** Keeps a list; where that cannot be done, it is asked for again the next time. */
  void keep(String commit, String subfolder, List<RemoteFile> files) {
    Path target = file(commit, subfolder);
    if (target.getFileName().toString().length() > LONGEST_NAME) {
      return;
    }
    ObjectNode root = json.createObjectNode().put("format_version", VERSION);
    ObjectNode all = root.putObject("files");
    files.forEach(f -> write(all.putObject(f.path()), f));
    try {
      DurableFile.writeShared(
          target, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    } catch (IOException e) {
      // A cache that cannot be written to still serves what is in it.
      return;
    }
  }

  private static void write(ObjectNode node, RemoteFile file) {
    node.put("size", file.size()).put("blob_id", file.blobId());
    if (file.hash().isSha256()) {
      node.put("lfs_sha256", file.hash().hex()).put("lfs_size", file.size());
    }
    if (file.xetHash().matches("[0-9a-f]{64}")) {
      node.put("xet_hash", file.xetHash());
    }
  }
}
