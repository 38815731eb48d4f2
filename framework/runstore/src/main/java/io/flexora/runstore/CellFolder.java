package io.flexora.runstore;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selection;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.WriteFailure;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.results.run.CellAnswers;
import io.flexora.results.run.CellOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of a cell of a run: its checkpoints, its trained theta, its predictions and, last, its
 * outcome. Each file's hash is in {@code manifest.json} beside it, which is written after the file:
 * whoever reads a file checks it, and takes one without a hash for not written.
 *
 * @since 0.1
 */
public final class CellFolder {

  /** The trained values that the search has brought, at which the training begins. */
  public static final String VALUES = "search-values.safetensors";

  /** What the adapters of the cell started from. */
  public static final String START = "adapter-start.safetensors";

  /** The matrices of the base that the training has pruned. */
  public static final String PRUNED = "pruned.safetensors";

  static final String PREDICTIONS = "predictions.jsonl";

  private static final String ANSWERS = "answers.json";
  private static final String TEST_SETS = "test-sets.jsonl";
  private static final String OUTCOME = "outcome.json";

  /** The files of a cell that failed before it began. */
  private static final Set<String> OF_FAILURE = Set.of(OUTCOME, Manifest.NAME);

  private static final String THETA_FILE = "theta.safetensors";
  private static final String THETA = "theta";
  private static final String CLASSES = "classes";
  private static final String HEAD = "head";
  private static final String SELECTION = "selection.json";
  private static final String SNAPSHOTS = "snapshots.safetensors";
  private static final String BASE = "base.json";

  /** Each was made from those before it. */
  private static final List<String> ORDER =
      List.of(
          BASE,
          VALUES,
          SELECTION,
          START,
          SNAPSHOTS,
          PRUNED,
          THETA_FILE,
          PREDICTIONS,
          ANSWERS,
          TEST_SETS,
          OUTCOME);

  private final Path path;
  private final String configuration;
  private final CellFiles files;

  CellFolder(Path path, String configuration) {
    this.path = path;
    this.configuration = configuration;
    this.files = new CellFiles(path, configuration, ORDER);
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
    files.begin(code);
  }

  /**
   * Reads whose code made the cell, as {@link #begin} wrote it; empty if it was not begun, or its
   * manifest is damaged, so that all of it is made again.
   *
   * @throws FlexoraException if the cell was made with another configuration
   */
  public Optional<Map<String, String>> code() {
    return files.code();
  }

  /** Opens the checkpoints of a phase, whose progress the monitor tells. */
  public CheckpointStore checkpoints(String phase, CheckpointOptions options, RunMonitor monitor) {
    return new CheckpointStore(
        new CheckpointFolder(
            checkpointFolder(phase), configuration, options.keep(), files::isOurs, stage -> {}),
        options,
        monitor,
        System::nanoTime);
  }

  private Path checkpointFolder(String phase) {
    return path.resolve("checkpoints").resolve(phase);
  }

  /** Writes the outcome whole or not at all: the sign that the cell has ended. */
  public void writeOutcome(CellOutcome outcome) {
    files.writeRecord(OUTCOME, outcome);
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

  /**
   * Writes what the search chose, so that an interrupted run need not repeat it. The values that it
   * has brought are in a file of their own, which is written before.
   */
  public void writeSelection(Selection selection) {
    files.writeRecord(SELECTION, selection.with(Optional.empty()));
  }

  /**
   * Reads what the search chose; empty if it has not ended.
   *
   * @throws FlexoraException if it is damaged
   */
  public Optional<Selection> selection() {
    return files.read(SELECTION, Selection.class, "a selection");
  }

  /**
   * Writes the trained parameters whole or not at all.
   *
   * @param head what is kept of its head
   */
  public void writeTheta(float[] theta, Head.Saved head) {
    Tensor tensor = Tensor.of(THETA, List.of((long) theta.length), theta);
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(CLASSES, json(head.classes()));
    if (!Head.Saved.of(Head.classes(head.classes())).equals(head)) {
      metadata.put(HEAD, json(head));
    }
    write(THETA_FILE, out -> SafetensorsWriter.write(out, List.of(tensor), metadata));
  }

  private static String json(Object record) {
    return new String(RecordJson.line(record), StandardCharsets.UTF_8);
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
    return head().map(Head.Saved::classes);
  }

  /**
   * Reads what is kept of the trained head; empty as {@link #classes}.
   *
   * @throws FlexoraException if the file is damaged
   */
  public Optional<Head.Saved> head() {
    Optional<Path> found = find(THETA_FILE);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (SafetensorsFile file = SafetensorsFile.open(found.get())) {
      String other = file.metadata().get(HEAD);
      if (other != null) {
        return Optional.of(
            RecordJson.parse(other.getBytes(StandardCharsets.UTF_8), Head.Saved.class));
      }
      String written = file.metadata().get(CLASSES);
      return written == null
          ? Optional.empty()
          : Optional.of(Head.Saved.of(Head.classes(names(written))));
    } catch (IOException e) {
      throw unreadable(found.get(), e);
    }
  }

  private static List<String> names(String json) throws IOException {
    return List.of(RecordJson.parse(json.getBytes(StandardCharsets.UTF_8), String[].class));
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
    write(SNAPSHOTS, out -> SafetensorsWriter.write(out, tensors, Map.of()));
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

  /** The SHA-256 of the values that the search has brought; empty if it has brought none. */
  public Optional<String> valuesHash() {
    return files.hash(VALUES).map(FileHash::sha256);
  }

  /** The SHA-256 of the trained parameters; empty if the cell has not been trained. */
  public Optional<String> thetaHash() {
    return files.hash(THETA_FILE).map(FileHash::sha256);
  }

  /**
   * The trained parameters that a cell is made of which trains none itself.
   *
   * @param cell the name of the cell that trained them
   * @param theta their SHA-256
   */
  public record TrainedParameters(String cell, String theta) {}

  /** Writes whose trained parameters the cell is made of. */
  public void writeBase(TrainedParameters base) {
    files.writeRecord(BASE, base);
  }

  /**
   * Reads whose trained parameters the cell is made of; empty if it trains its own, or was not
   * begun.
   *
   * @throws FlexoraException if it is damaged
   */
  public Optional<TrainedParameters> base() {
    return files.read(BASE, TrainedParameters.class, "the base of a cell");
  }

  /** Writes the predictions, one on a line, whole or not at all. */
  public void writePredictions(List<Prediction> predictions) {
    write(PREDICTIONS, out -> PredictionLines.write(predictions, out));
  }

  /** Writes what the predictions say class by class, with some examples. */
  public void writeAnswers(CellAnswers answers) {
    files.writeRecord(ANSWERS, answers);
  }

  /**
   * Reads what the predictions say class by class; empty if there is nothing of that kind.
   *
   * @throws FlexoraException if it is damaged
   */
  public Optional<CellAnswers> answers() {
    return files.read(ANSWERS, CellAnswers.class, "the answers of a cell");
  }

  /**
   * Reads the predictions; empty if there are none.
   *
   * @throws FlexoraException if the file is damaged, or is gone
   */
  public List<Prediction> predictions() {
    return find(PREDICTIONS).map(PredictionLines::read).orElse(List.of());
  }

  /** Writes the predictions on further test sets, by their names, whole or not at all. */
  public void writeTestSets(Map<String, List<Prediction>> predictions) {
    write(TEST_SETS, out -> PredictionLines.writeTestSets(predictions, out));
  }

  /**
   * Reads the predictions on further test sets, by their names; empty if there are none.
   *
   * @throws FlexoraException if the file is damaged, or is gone
   */
  public Map<String, List<Prediction>> testSets() {
    return find(TEST_SETS).map(PredictionLines::readTestSets).orElse(Map.of());
  }

  /** Writes a file of the cell whole or not at all, and keeps its hash. */
  public void write(String name, DurableFile.Content content) {
    files.write(name, content);
  }

  /** How long the run's record was when the cell last wrote a file; 0 if that is not known. */
  long recordedBytes() {
    return files.recordedBytes();
  }

  /** Takes the run's record as it is now for whole. */
  void forgetRecordedBytes() {
    files.forgetRecordedBytes();
  }

  /**
   * Finds a file of the cell and compares it with its hash; empty if it was not written.
   *
   * @throws FlexoraException if it is damaged, or is gone
   */
  public Optional<Path> find(String name) {
    return files.find(name);
  }

  /**
   * Compares every file with its hash.
   *
   * @return which is the first that is damaged or gone, and how; empty if all are as they were
   *     written
   * @throws FlexoraException if the cell was made with another configuration
   */
  public Optional<String> damage() {
    return files.damage();
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
    if (files.manifestDamage().isPresent()) {
      clear();
    } else {
      files.firstDamaged().ifPresent(this::removeFrom);
    }
    return damage;
  }

  /** Removes what the training has left, its checkpoints included, and what was made from that. */
  public void forgetTraining() {
    if (files.isBegun()) {
      removeFrom(SNAPSHOTS);
    }
  }

  private void removeFrom(String name) {
    files.removeFrom(name);
    if (name.equals(SNAPSHOTS)) {
      // The training has to pass all its steps again.
      delete(checkpointFolder(Phase.TRAIN.word()));
    }
  }

  /** Whether it holds why the cell failed, and nothing that was computed. */
  boolean holdsFailureAlone() {
    try (Stream<Path> files = Files.list(path)) {
      return files.allMatch(file -> OF_FAILURE.contains(file.getFileName().toString()))
          && outcome().flatMap(CellOutcome::failure).isPresent();
    } catch (IOException e) {
      throw ReadFailure.explain(path, e);
    } catch (FlexoraException e) {
      // It is damaged, which is told where the cell is run.
      return false;
    }
  }

  /** Removes the folder. */
  void remove() {
    delete(path);
  }

  /** Removes everything, as if the cell had never begun. */
  void clear() {
    remove();
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  private void delete(Path folder) {
    try {
      DurableFolder.delete(folder);
    } catch (IOException e) {
      throw WriteFailure.explain(path, e);
    }
  }

  private static FlexoraException unreadable(Path file, IOException e) {
    return ReadFailure.explain(file, e);
  }
}
