package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of one phase on the disk, each a folder {@code step-N}.
 *
 * <p>A checkpoint is written to {@code step-N.partial}, each file forced to the disk, its manifest
 * last; then the folder is moved to its name and older ones are deleted. So after a kill or a power
 * cut at any moment the newest complete checkpoint is whole.
 */
final class CheckpointFolder {

  static final String ARRAYS = "arrays.safetensors";
  static final String VALUES = "values.json";

  private static final String DAMAGED = ".damaged";
  private static final Pattern STEP = Pattern.compile("step-(\\d{1,18})");

  private final Path folder;
  private final String configuration;
  private final int keep;
  private final Predicate<String> isOurs;
  private final Consumer<SaveStage> progress;

  /**
   * The checkpoints of a folder.
   *
   * @param configuration the hash of the run's configuration
   * @param keep how many are kept, the newest
   * @param isOurs whether a checkpoint may have been made with the configuration of that hash: the
   *     run may have had other ones before
   * @param progress hears of each stage of a save
   */
  CheckpointFolder(
      Path folder,
      String configuration,
      int keep,
      Predicate<String> isOurs,
      Consumer<SaveStage> progress) {
    this.folder = folder;
    this.configuration = configuration;
    this.keep = keep;
    this.isOurs = isOurs;
    this.progress = progress;
  }

  /**
   * Saves a checkpoint. One of the same step that is there and whole is left as it is.
   *
   * @throws FlexoraException if it cannot be written; the older ones are as they were
   */
  void save(Snapshot snapshot) {
    Path target = path(snapshot.step());
    Path partial = folder.resolve(target.getFileName() + DurableFile.PARTIAL);
    try {
      Files.createDirectories(folder);
      sweep();
      if (isWhole(target)) {
        return;
      }
      DurableFolder.delete(target);
      fill(partial, snapshot);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      progress.accept(SaveStage.FOLDER_MOVED);
      DurableFolder.sync(folder);
      progress.accept(SaveStage.FOLDER_SYNCED);
    } catch (IOException e) {
      remove(partial);
      throw WriteFailure.explain(target, e);
    } catch (FlexoraException | IllegalArgumentException e) {
      remove(partial);
      throw e;
    }
    prune();
  }

  private void fill(Path partial, Snapshot snapshot) throws IOException {
    Files.createDirectory(partial);
    progress.accept(SaveStage.FOLDER_MADE);
    DurableFolder.Staging staging = new DurableFolder.Staging(partial);
    Map<String, FileHash> files = new TreeMap<>();
    List<Tensor> tensors = new ArrayList<>();
    snapshot.arrays().forEach((name, array) -> tensors.add(array.tensor(name)));
    files.put(
        ARRAYS, staging.write(ARRAYS, out -> SafetensorsWriter.write(out, tensors, Map.of())));
    progress.accept(SaveStage.ARRAYS_SYNCED);
    byte[] values = RecordJson.line(TypedValue.toJson(snapshot.values()));
    files.put(VALUES, staging.write(VALUES, out -> out.write(values)));
    progress.accept(SaveStage.VALUES_SYNCED);
    Manifest manifest = new Manifest(snapshot.step(), configuration, files);
    DurableFile.write(partial.resolve(Manifest.NAME), manifest.toJson());
    progress.accept(SaveStage.MANIFEST_SYNCED);
  }

  /**
   * Reads the newest complete checkpoint. A damaged one is set aside, and the one before it is
   * read.
   *
   * @param notice takes a sentence about each damaged one
   * @throws FlexoraException if the checkpoint belongs to another configuration, or cannot be read
   */
  Optional<Snapshot> newest(Consumer<String> notice) {
    for (Iterator<Long> steps = steps().iterator(); steps.hasNext(); ) {
      long step = steps.next();
      try {
        return Optional.of(read(step));
      } catch (DamagedException e) {
        notice.accept(
            "checkpoint %s is damaged (%s); %s"
                .formatted(
                    path(step),
                    e.getMessage(),
                    steps.hasNext()
                        ? "going on from the one before"
                        : "there is none before it, so the phase begins anew"));
        setAside(path(step));
      }
    }
    return Optional.empty();
  }

  private Snapshot read(long step) throws DamagedException {
    Path path = path(step);
    Manifest manifest = Manifest.verify(path);
    if (manifest.step() != step) {
      throw new DamagedException(Manifest.NAME + " is that of step " + manifest.step());
    }
    requireSameConfiguration(path, manifest);
    try {
      byte[] values = RegularFile.bytes(path.resolve(VALUES));
      return new Snapshot(
          step, arrays(path.resolve(ARRAYS)), TypedValue.fromJson(RecordJson.members(values)));
    } catch (ClosedByInterruptException e) {
      // It says nothing about the checkpoint, which may be whole.
      throw new FlexoraException("cannot read " + path + ": the thread was interrupted", e);
    } catch (IOException | FlexoraException | ClassCastException e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
  }

  private void requireSameConfiguration(Path path, Manifest manifest) {
    if (!isOurs.test(manifest.configuration())) {
      throw new FlexoraException(
          "checkpoint "
              + path
              + " was made with another configuration ("
              + manifest.configuration()
              + ", this one is "
              + configuration
              + "); resume with the run's own configuration, or start a new run");
    }
  }

  private static Map<String, StoredArray> arrays(Path file) throws IOException {
    Map<String, StoredArray> arrays = new TreeMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      for (TensorInfo tensor : open.tensors()) {
        arrays.put(tensor.name(), StoredArray.read(open, tensor));
      }
    }
    return arrays;
  }

  private Path path(long step) {
    return folder.resolve("step-" + step);
  }

  private static boolean isWhole(Path checkpoint) {
    try {
      Manifest.verify(checkpoint);
      return true;
    } catch (DamagedException e) {
      return false;
    }
  }

  /** The steps of the folders that claim to be checkpoints, newest first. */
  private List<Long> steps() {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> STEP.matcher(entry.getFileName().toString()))
          .filter(matcher -> matcher.matches())
          .map(matcher -> Long.valueOf(matcher.group(1)))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw ReadFailure.explain(folder, e);
    }
  }

  private void setAside(Path checkpoint) {
    Path aside = folder.resolve(checkpoint.getFileName() + DAMAGED);
    remove(aside);
    try {
      Files.move(checkpoint, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // It stays where it is, is found damaged again, and is replaced when its step is saved.
    }
  }

  /** Deletes what a killed save and damaged checkpoints left behind. */
  private void sweep() throws IOException {
    List<Path> left;
    try (Stream<Path> entries = Files.list(folder)) {
      left = entries.filter(e -> isLeft(e.getFileName().toString())).toList();
    }
    for (Path path : left) {
      DurableFolder.delete(path);
    }
  }

  private static boolean isLeft(String name) {
    return name.startsWith("step-")
        && (name.endsWith(DurableFile.PARTIAL) || name.endsWith(DAMAGED));
  }

  private void prune() {
    for (long step : steps().stream().skip(keep).toList()) {
      Path old = folder.resolve("step-" + step + DurableFile.PARTIAL);
      try {
        Files.move(path(step), old, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw WriteFailure.explain(old, e);
      }
      progress.accept(SaveStage.OLD_RENAMED);
      remove(old);
    }
  }

  private static void remove(Path path) {
    try {
      DurableFolder.delete(path);
    } catch (IOException e) {
      // The next save sweeps it.
    }
  }
}
