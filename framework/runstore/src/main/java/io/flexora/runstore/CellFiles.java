package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a cell with their hashes. Those are in {@code manifest.json} beside them, which is
 * written after each file: a file that is read is compared with its hash, and one without a hash is
 * taken for not written.
 */
final class CellFiles {

  private static final String REMEDY =
      "'flexora resume' with the run's folder makes it, and what was made from it, again";

  private final Path path;
  private final String configuration;
  private final List<String> order;

  /**
   * The files of a folder.
   *
   * @param configuration the hash of the run's configuration
   * @param order the names of all files, each of which is made from those before it
   */
  CellFiles(Path path, String configuration, List<String> order) {
    this.path = path;
    this.configuration = configuration;
    this.order = order;
  }

  /**
   * Begins the cell: writes down whose code makes it, if it was not begun before.
   *
   * @param code the hash of each jar whose code takes part, by its name
   */
  void begin(Map<String, String> code) {
    CellManifest known = known();
    if (!isBegun() || known.code().isEmpty()) {
      write(new CellManifest(configuration, code, recordBytes(), known.files()));
    }
  }

  /** Whether the cell was begun. */
  boolean isBegun() {
    return Files.exists(path.resolve(CellManifest.NAME));
  }

  /**
   * Reads whose code made the cell; empty if it was not begun, or its manifest is damaged.
   *
   * @throws FlexoraException if the cell was made with another configuration
   */
  Optional<Map<String, String>> code() {
    return manifestDamage().isPresent()
        ? Optional.empty()
        : Optional.of(known().code()).filter(code -> !code.isEmpty());
  }

  /** The hash of a file as it was written; empty if it was not. */
  Optional<FileHash> hash(String name) {
    return Optional.ofNullable(known().files().get(name));
  }

  /** Writes a file whole or not at all, and keeps its hash. */
  void write(String name, DurableFile.Content content) {
    if (!isBegun()) {
      begin(Map.of());
    }
    FileHash hash = DurableFile.write(path.resolve(name), content);
    write(known().with(name, hash, recordBytes()));
  }

  /** Writes a record as {@link #write(String, DurableFile.Content)}. */
  void writeRecord(String name, Object record) {
    byte[] json = RecordJson.sealed(record).getBytes(StandardCharsets.UTF_8);
    write(name, out -> out.write(json));
  }

  private void write(CellManifest manifest) {
    RecordJson.write(path.resolve(CellManifest.NAME), manifest);
  }

  /** How long the run's record was when the cell last wrote a file; 0 if that is not known. */
  long recordedBytes() {
    return manifestDamage().isEmpty() ? manifest().map(CellManifest::events).orElse(0L) : 0;
  }

  /** Takes the run's record as it is now for whole. */
  void forgetRecordedBytes() {
    if (manifestDamage().isEmpty()) {
      manifest().ifPresent(manifest -> write(manifest.withEvents(recordBytes())));
    }
  }

  /** How long the record is of the run that the cell is in. */
  private long recordBytes() {
    try {
      Path record = EventLog.in(path.getParent().getParent());
      return Files.exists(record) ? Files.size(record) : 0;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * Finds a file and compares it with its hash; empty if it was not written.
   *
   * @throws FlexoraException if it is damaged, or is gone
   */
  Optional<Path> find(String name) {
    Path file = path.resolve(name);
    if (!known().files().containsKey(name)) {
      return Optional.empty();
    }
    damage(name)
        .ifPresent(
            damage -> {
              throw new FlexoraException(damage + "; " + REMEDY);
            });
    return Optional.of(file);
  }

  /**
   * Reads a record; empty if it was not written.
   *
   * @param what what it should be, such as {@code a selection}
   * @throws FlexoraException if it is damaged, or is gone
   */
  <T> Optional<T> read(String name, Class<T> type, String what) {
    return find(name).map(file -> RecordJson.read(file, type, what, REMEDY));
  }

  private Optional<String> damage(String name) {
    Path file = path.resolve(name);
    try {
      return known().files().get(name).differenceOf(file).map(how -> file + " " + how);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The manifest; an empty one if nothing was written yet.
   *
   * @throws FlexoraException if it is damaged, is gone, or is that of another configuration
   */
  private CellManifest known() {
    manifestDamage()
        .ifPresent(
            damage -> {
              throw new FlexoraException(damage);
            });
    CellManifest known =
        manifest().orElseGet(() -> new CellManifest(configuration, Map.of(), 0, Map.of()));
    if (!isOurs(known.configuration())) {
      throw new FlexoraException(
          ("cell %s was made with another configuration (SHA-256 %s, that of configuration.yaml in"
                  + " the run's folder is %s); take the change back, or start a new run")
              .formatted(
                  path, FileHash.brief(known.configuration()), FileHash.brief(configuration)));
    }
    return known;
  }

  /** Whether it is the hash of a configuration that the run has, or had before it was extended. */
  boolean isOurs(String sha256) {
    return sha256.equals(configuration)
        || EarlierConfigurations.in(path.getParent().getParent()).haveHash(sha256);
  }

  private Optional<CellManifest> manifest() {
    return RecordJson.find(
        path.resolve(CellManifest.NAME), CellManifest.class, "the manifest of a cell", REMEDY);
  }

  /** How the manifest is damaged, or that it is gone while files are there. */
  Optional<String> manifestDamage() {
    try {
      return manifest().isPresent()
          ? Optional.empty()
          : order.stream()
              .filter(name -> Files.exists(path.resolve(name)))
              .findFirst()
              .map(
                  name ->
                      "%s is missing, so that nothing says what %s should be; %s"
                          .formatted(path.resolve(CellManifest.NAME), name, REMEDY));
    } catch (FlexoraException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Compares the manifest and every file with what was written.
   *
   * @return which is the first that is damaged or gone, and how; empty if none is
   * @throws FlexoraException if the cell was made with another configuration
   */
  Optional<String> damage() {
    return manifestDamage().or(() -> firstDamaged().flatMap(this::damage));
  }

  /** The first file that is damaged or gone, where the manifest is not. */
  Optional<String> firstDamaged() {
    Set<String> written = known().files().keySet();
    return order.stream()
        .filter(name -> written.contains(name) && damage(name).isPresent())
        .findFirst();
  }

  /** Removes a file and what was made from it. */
  void removeFrom(String name) {
    List<String> removed = order.subList(order.indexOf(name), order.size());
    write(known().without(Set.copyOf(removed)));
    try {
      for (String file : removed) {
        Files.deleteIfExists(path.resolve(file));
      }
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  private static FlexoraException unreadable(Path file, IOException e) {
    return ReadFailure.explain(file, e);
  }

  /**
   * The list of the files that a cell has written so far. A file that it does not name was not
   * written to its end.
   *
   * @param configuration the hash of the run's configuration
   * @param code the hash of each jar whose code takes part, by its name
   * @param events how many bytes the run's record had at least
   * @param files the files by name
   */
  private record CellManifest(
      String configuration, Map<String, String> code, long events, Map<String, FileHash> files) {

    static final String NAME = "manifest.json";

    CellManifest {
      code = Map.copyOf(code);
      files = Map.copyOf(files);
    }

    CellManifest with(String file, FileHash hash, long recordBytes) {
      Map<String, FileHash> more = new TreeMap<>(files);
      more.put(file, hash);
      return new CellManifest(configuration, code, recordBytes, more);
    }

    CellManifest without(Set<String> names) {
      Map<String, FileHash> fewer = new TreeMap<>(files);
      fewer.keySet().removeAll(names);
      return new CellManifest(configuration, code, events, fewer);
    }

    CellManifest withEvents(long recordBytes) {
      return new CellManifest(configuration, code, recordBytes, files);
    }
  }
}
