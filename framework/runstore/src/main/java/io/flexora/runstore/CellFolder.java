package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.report.CellAnswers;
import io.flexora.api.report.CellOutcome;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selection;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.WriteFailure;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one cell of a run leaves on the disk: its checkpoints, its trained theta, its predictions
 * and, last, its outcome. Each file's hash is in {@code manifest.json} beside it, which is written
 * after the file: whoever reads a file checks it, and takes one without a hash for not written.
 *
 * @since 0.1
 */
public final class CellFolder {

  /** What the adapters of the cell started from. */
  public static final String START = "adapter-start.safetensors";

  /** The matrices of the base that the training has pruned. */
  public static final String PRUNED = "pruned.safetensors";

  static final String PREDICTIONS = "predictions.jsonl";

  private static final String ANSWERS = "answers.json";
  private static final String TEST_SETS = "test-sets.jsonl";
  private static final String OUTCOME = "outcome.json";
  private static final String THETA_FILE = "theta.safetensors";
  private static final String THETA = "theta";
  private static final String CLASSES = "classes";
  private static final String SELECTION = "selection.json";
  private static final String SNAPSHOTS = "snapshots.safetensors";
  private static final String BASE = "base.json";

  /** Each was made from those before it. */
  private static final List<String> ORDER =
      List.of(
          BASE,
          SELECTION,
          START,
          SNAPSHOTS,
          PRUNED,
          THETA_FILE,
          PREDICTIONS,
          ANSWERS,
          TEST_SETS,
          OUTCOME);

  private static final String REMEDY =
      "'flexora resume' with the run's folder makes it, and what was made from it, again";

  private final Path path;
  private final String configuration;

  CellFolder(Path path, String configuration) {
    this.path = path;
    this.configuration = configuration;
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /**
   * Begins the cell: writes down whose code makes it, if it was not begun before.
   *
   * @param code the hash of each jar whose code takes part, by its name
   */
  public void begin(Map<String, String> code) {
    CellManifest known = known();
    if (!isBegun() || known.code().isEmpty()) {
      write(new CellManifest(configuration, code, recordBytes(), known.files()));
    }
  }

  private boolean isBegun() {
    return Files.exists(path.resolve(CellManifest.NAME));
  }

  /**
   * Reads whose code made the cell, as {@link #begin} wrote it; empty if it was not begun, or its
   * manifest is damaged, so that all of it is made again.
   *
   * @throws FlexoraException if the cell was made with another configuration
   */
  public Optional<Map<String, String>> code() {
    return manifestDamage().isPresent()
        ? Optional.empty()
        : Optional.of(known().code()).filter(code -> !code.isEmpty());
  }

  /** Opens the checkpoints of a phase, whose progress the monitor tells. */
  public CheckpointStore checkpoints(String phase, CheckpointOptions options, RunMonitor monitor) {
    return new CheckpointStore(
        new CheckpointFolder(
            checkpointFolder(phase), configuration, options.keep(), this::isOurs, stage -> {}),
        options,
        monitor,
        System::nanoTime);
  }

  private Path checkpointFolder(String phase) {
    return path.resolve("checkpoints").resolve(phase);
  }

  /** Writes the outcome whole or not at all: the sign that the cell has ended. */
  public void writeOutcome(CellOutcome outcome) {
    writeRecord(OUTCOME, outcome);
  }

  /**
   * Reads the outcome; empty if the cell has not ended.
   *
   * @throws FlexoraException if it is damaged
   */
  public Optional<CellOutcome> outcome() {
    Optional<CellOutcome> outcome =
        RecordJson.find(
            path.resolve(OUTCOME),
            CellOutcome.class,
            "the outcome of a cell",
            "it was damaged, or written by another release: run it again");
    return find(OUTCOME).flatMap(file -> outcome);
  }

  /** Reads the outcome; empty if the cell has not ended, or failed and may be tried again. */
  public Optional<CellOutcome> success() {
    return outcome().filter(outcome -> outcome.failure().isEmpty());
  }

  /** Writes what the search chose, so that an interrupted run need not repeat it. */
  public void writeSelection(Selection selection) {
    writeRecord(SELECTION, selection);
  }

  /**
   * Reads what the search chose; empty if it has not ended.
   *
   * @throws FlexoraException if it is damaged
   */
  public Optional<Selection> selection() {
    return find(SELECTION)
        .map(file -> RecordJson.read(file, Selection.class, "a selection", REMEDY));
  }

  /**
   * Writes the trained parameters whole or not at all.
   *
   * @param classes the names of the head's classes; empty if there is none
   */
  public void writeTheta(float[] theta, List<String> classes) {
    Tensor tensor = Tensor.of(THETA, List.of((long) theta.length), theta);
    Map<String, String> metadata = Map.of("configuration", configuration, CLASSES, json(classes));
    write(THETA_FILE, out -> SafetensorsWriter.write(out, List.of(tensor), metadata));
  }

  private static String json(List<String> texts) {
    return new String(RecordJson.line(texts), StandardCharsets.UTF_8);
  }

  /**
   * Reads the trained parameters; empty if the cell has not been trained.
   *
   * @throws FlexoraException if the file is damaged
   */
  public Optional<float[]> theta() {
    Optional<Path> found = find(THETA_FILE);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (SafetensorsFile file = SafetensorsFile.open(found.get())) {
      return Optional.of(file.floats(THETA));
    } catch (IOException e) {
      throw unreadable(found.get(), e);
    }
  }

  /**
   * Reads the names of the classes of the trained head, none if it has no head; empty if the cell
   * has not been trained, or by a release that did not keep them.
   *
   * @throws FlexoraException if the file is damaged
   */
  public Optional<List<String>> classes() {
    Optional<Path> found = find(THETA_FILE);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (SafetensorsFile file = SafetensorsFile.open(found.get())) {
      String written = file.metadata().get(CLASSES);
      return written == null
          ? Optional.empty()
          : Optional.of(
              List.of(RecordJson.parse(written.getBytes(StandardCharsets.UTF_8), String[].class)));
    } catch (IOException e) {
      throw unreadable(found.get(), e);
    }
  }

  /** Writes parameters of steps of the training, by their step, whole or not at all. */
  public void writeSnapshots(NavigableMap<Long, float[]> snapshots) {
    List<Tensor> tensors =
        snapshots.entrySet().stream()
            .map(
                kept ->
                    Tensor.of(
                        kept.getKey().toString(),
                        List.of((long) kept.getValue().length),
                        kept.getValue()))
            .toList();
    Map<String, String> metadata = Map.of("configuration", configuration);
    write(SNAPSHOTS, out -> SafetensorsWriter.write(out, tensors, metadata));
  }

  /**
   * Reads the parameters of steps of the training, by their step; empty if none were kept.
   *
   * @throws FlexoraException if the file is damaged
   */
  public NavigableMap<Long, float[]> snapshots() {
    NavigableMap<Long, float[]> snapshots = new TreeMap<>();
    Optional<Path> found = find(SNAPSHOTS);
    if (found.isEmpty()) {
      return snapshots;
    }
    try (SafetensorsFile file = SafetensorsFile.open(found.get())) {
      for (TensorInfo tensor : file.tensors()) {
        snapshots.put(Long.valueOf(tensor.name()), file.floats(tensor.name()));
      }
      return snapshots;
    } catch (IOException e) {
      throw unreadable(found.get(), e);
    }
  }

  /** The SHA-256 of the trained parameters; empty if the cell has not been trained. */
  public Optional<String> thetaHash() {
    return Optional.ofNullable(known().files().get(THETA_FILE)).map(FileHash::sha256);
  }

  /**
   * Which trained parameters a cell is made of that trains none itself.
   *
   * @param cell the name of the cell that trained them
   * @param theta their SHA-256
   */
  public record Base(String cell, String theta) {}

  /** Writes whose trained parameters the cell is made of. */
  public void writeBase(Base base) {
    writeRecord(BASE, base);
  }

  /**
   * Reads whose trained parameters the cell is made of; empty if it trains its own, or was not
   * begun.
   *
   * @throws FlexoraException if it is damaged
   */
  public Optional<Base> base() {
    return find(BASE).map(file -> RecordJson.read(file, Base.class, "the base of a cell", REMEDY));
  }

  /** Writes the predictions, one on a line, whole or not at all. */
  public void writePredictions(List<Prediction> predictions) {
    write(PREDICTIONS, out -> write(predictions, out));
  }

  static void write(List<Prediction> predictions, OutputStream out) throws IOException {
    for (Prediction prediction : predictions) {
      out.write(RecordJson.line(prediction));
      out.write('\n');
    }
  }

  /** Writes what the predictions say class by class, with some examples. */
  public void writeAnswers(CellAnswers answers) {
    writeRecord(ANSWERS, answers);
  }

  /**
   * Reads what the predictions say class by class; empty if there is nothing of that kind.
   *
   * @throws FlexoraException if it is damaged
   */
  public Optional<CellAnswers> answers() {
    return find(ANSWERS)
        .map(file -> RecordJson.read(file, CellAnswers.class, "the answers of a cell", REMEDY));
  }

  /**
   * Reads the predictions; empty if there are none.
   *
   * @throws FlexoraException if the file is damaged, or is gone
   */
  public List<Prediction> predictions() {
    return find(PREDICTIONS).map(file -> lines(file, Prediction.class)).orElse(List.of());
  }

  /** A prediction on a further test set. */
  private record OnTestSet(String testSet, Prediction prediction) {}

  /** Writes the predictions on further test sets, by their names, whole or not at all. */
  public void writeTestSets(Map<String, List<Prediction>> predictions) {
    write(
        TEST_SETS,
        out -> {
          for (Map.Entry<String, List<Prediction>> testSet : predictions.entrySet()) {
            for (Prediction prediction : testSet.getValue()) {
              out.write(RecordJson.line(new OnTestSet(testSet.getKey(), prediction)));
              out.write('\n');
            }
          }
        });
  }

  /**
   * Reads the predictions on further test sets, by their names; empty if there are none.
   *
   * @throws FlexoraException if the file is damaged, or is gone
   */
  public Map<String, List<Prediction>> testSets() {
    List<OnTestSet> all =
        find(TEST_SETS).map(file -> lines(file, OnTestSet.class)).orElse(List.of());
    return all.stream()
        .collect(
            Collectors.groupingBy(
                OnTestSet::testSet,
                LinkedHashMap::new,
                Collectors.mapping(OnTestSet::prediction, Collectors.toList())));
  }

  private static <T> List<T> lines(Path file, Class<T> type) {
    List<T> read = new ArrayList<>();
    try {
      for (String line : RegularFile.lines(file)) {
        read.add(RecordJson.parse(line.getBytes(StandardCharsets.UTF_8), type));
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new FlexoraException(
          "%s:%d is not a prediction: %s".formatted(file, read.size() + 1, RecordJson.problem(e)),
          e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Writes a file of the cell whole or not at all, and keeps its hash. */
  public void write(String name, DurableFile.Content content) {
    if (!isBegun()) {
      begin(Map.of());
    }
    FileHash hash = DurableFile.write(path.resolve(name), content);
    write(known().with(name, hash, recordBytes()));
  }

  private void writeRecord(String name, Object record) {
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
   * Finds a file of the cell and compares it with its hash; empty if it was not written.
   *
   * @throws FlexoraException if it is damaged, or is gone
   */
  public Optional<Path> find(String name) {
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
  private boolean isOurs(String sha256) {
    return sha256.equals(configuration)
        || EarlierConfigurations.in(path.getParent().getParent()).haveHash(sha256);
  }

  private Optional<CellManifest> manifest() {
    return RecordJson.find(
        path.resolve(CellManifest.NAME), CellManifest.class, "the manifest of a cell", REMEDY);
  }

  private Optional<String> manifestDamage() {
    try {
      return manifest().isPresent()
          ? Optional.empty()
          : ORDER.stream()
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
   * Compares every file with its hash.
   *
   * @return which is the first that is damaged or gone, and how; empty if all are as they were
   *     written
   * @throws FlexoraException if the cell was made with another configuration
   */
  public Optional<String> damage() {
    return manifestDamage().or(() -> firstDamaged().flatMap(this::damage));
  }

  private Optional<String> firstDamaged() {
    Set<String> written = known().files().keySet();
    return ORDER.stream()
        .filter(name -> written.contains(name) && damage(name).isPresent())
        .findFirst();
  }

  /**
   * Removes the first file that is damaged and what was made from it; all, checkpoints included, if
   * that is the manifest.
   *
   * @return as {@link #damage}
   * @throws FlexoraException as {@link #damage}
   */
  public Optional<String> removeDamaged() {
    Optional<String> damage = damage();
    if (manifestDamage().isPresent()) {
      clear();
    } else {
      firstDamaged().ifPresent(this::removeFrom);
    }
    return damage;
  }

  /** Removes what the training has left, its checkpoints included, and what was made from that. */
  public void forgetTraining() {
    if (isBegun()) {
      removeFrom(SNAPSHOTS);
    }
  }

  private void removeFrom(String name) {
    List<String> removed = ORDER.subList(ORDER.indexOf(name), ORDER.size());
    write(known().without(Set.copyOf(removed)));
    try {
      for (String file : removed) {
        Files.deleteIfExists(path.resolve(file));
      }
      if (name.equals(SNAPSHOTS)) {
        // The training has to pass all its steps again.
        DurableFolder.delete(checkpointFolder(Phase.TRAIN.word()));
      }
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  /** Removes everything, as if the cell had never begun. */
  void clear() {
    try {
      DurableFolder.delete(path);
      Files.createDirectories(path);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  private static FlexoraException unreadable(Path file, IOException e) {
    return new FlexoraException("cannot read " + file + ": " + e.getMessage(), e);
  }
}
