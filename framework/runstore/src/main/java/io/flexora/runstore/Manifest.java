package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The manifest of a complete checkpoint: the sizes and hashes of its files, written last. The
 * manifest carries a hash of itself.
 *
 * @param step the steps that were done
 * @param configuration the hash of the run's configuration
 * @param files the files by name
 */
record Manifest(long step, String configuration, Map<String, FileHash> files) {

  static final String NAME = "manifest.json";

  private static final long FORMAT = 1;
  private static final long MAX_BYTES = 1 << 20;

  Manifest {
    files = Map.copyOf(files);
  }

  String toJson() {
    Map<String, Object> json = new TreeMap<>(body());
    json.put("sha256", hash(body()));
    return RecordJson.text(json);
  }

  private Map<String, Object> body() {
    Map<String, Object> entries = new TreeMap<>();
    files.forEach((name, f) -> entries.put(name, Map.of("bytes", f.bytes(), "sha256", f.sha256())));
    return Map.of("format", FORMAT, "step", step, "configuration", configuration, "files", entries);
  }

  private static String hash(Map<String, Object> body) {
    return FileHash.of(RecordJson.line(new TreeMap<>(body))).sha256();
  }

  /**
   * Reads the manifest of a folder and checks it and every file that it names.
   *
   * @throws DamagedException if the folder is not a complete checkpoint
   */
  static Manifest verify(Path folder) throws DamagedException {
    try {
      Manifest manifest = read(folder.resolve(NAME));
      for (Map.Entry<String, FileHash> file : manifest.files().entrySet()) {
        verify(folder.resolve(file.getKey()), file.getValue());
      }
      return manifest;
    } catch (NoSuchFileException e) {
      throw new DamagedException(Path.of(e.getFile()).getFileName() + " is missing");
    } catch (IOException e) {
      throw new DamagedException(ReadFailure.reason(e));
    }
  }

  private static void verify(Path file, FileHash expected) throws IOException, DamagedException {
    Optional<String> difference = expected.differenceOf(file);
    if (difference.isPresent()) {
      throw new DamagedException(file.getFileName() + " " + difference.get());
    }
  }

  private static Manifest read(Path file) throws IOException, DamagedException {
    if (Files.size(file) > MAX_BYTES) {
      throw new DamagedException(NAME + " has more than " + MAX_BYTES + " bytes");
    }
    try {
      Map<String, Object> json =
          new HashMap<>(RecordJson.members(RegularFile.bytes(file, MAX_BYTES)));
      Object hash = json.remove("sha256");
      if (!hash(json).equals(hash)) {
        throw new DamagedException(NAME + " does not have the SHA-256 it was saved with");
      }
      return of(json);
    } catch (JsonProcessingException | ClassCastException | NullPointerException e) {
      throw new DamagedException(NAME + " is not a manifest");
    }
  }

  private static Manifest of(Map<String, Object> json) throws DamagedException {
    if (!json.get("format").equals(FORMAT)) {
      throw new DamagedException(NAME + " has the unknown format " + json.get("format"));
    }
    Map<String, FileHash> files = new TreeMap<>();
    ((Map<?, ?>) json.get("files"))
        .forEach((name, entry) -> files.put((String) name, fileHash((Map<?, ?>) entry)));
    return new Manifest((Long) json.get("step"), (String) json.get("configuration"), files);
  }

  private static FileHash fileHash(Map<?, ?> entry) {
    return new FileHash((Long) entry.get("bytes"), (String) entry.get("sha256"));
  }
}
