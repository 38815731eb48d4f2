package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.report.CellOutcome;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.RegularFile;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one cell of a run leaves on the disk: its checkpoints, its trained theta, its predictions
 * and, last, its outcome.
 *
 * @since 0.1
 */
public final class CellFolder {

  static final String PREDICTIONS = "predictions.jsonl";

  private static final String THETA = "theta";
  private static final String SELECTION = "selection.json";

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

  /** Opens the checkpoints of a phase, whose progress the monitor tells. */
  public CheckpointStore checkpoints(String phase, CheckpointOptions options, RunMonitor monitor) {
    Path folder = path.resolve("checkpoints").resolve(phase);
    return new CheckpointStore(
        new CheckpointFolder(folder, configuration, options.keep()),
        options,
        monitor,
        System::nanoTime);
  }

  /** Writes the outcome whole or not at all: the sign that the cell has ended. */
  public void writeOutcome(CellOutcome outcome) {
    RecordJson.write(path.resolve("outcome.json"), outcome);
  }

  /** Reads the outcome; empty if the cell has not ended. */
  public Optional<CellOutcome> outcome() {
    return RecordJson.find(
        path.resolve("outcome.json"),
        CellOutcome.class,
        "the outcome of a cell",
        "it was damaged, or written by another release: run it again");
  }

  /** Reads the outcome; empty if the cell has not ended, or failed and may be tried again. */
  public Optional<CellOutcome> success() {
    return outcome().filter(outcome -> outcome.failure().isEmpty());
  }

  /** Writes what the search chose, so that an interrupted run need not repeat it. */
  public void writeSelection(Selection selection) {
    RecordJson.write(path.resolve(SELECTION), selection);
  }

  /** Reads what the search chose; empty if it has not ended. */
  public Optional<Selection> selection() {
    return RecordJson.find(
        path.resolve(SELECTION), Selection.class, "a selection", "delete it to search again");
  }

  /** Writes the trained parameters whole or not at all. */
  public void writeTheta(float[] theta) {
    Tensor tensor = Tensor.of(THETA, List.of((long) theta.length), theta);
    SafetensorsWriter.write(thetaFile(), List.of(tensor), Map.of("configuration", configuration));
  }

  /**
   * Reads the trained parameters; empty if the cell has not been trained.
   *
   * @throws FlexoraException if the file is damaged
   */
  public Optional<float[]> theta() {
    if (Files.notExists(thetaFile())) {
      return Optional.empty();
    }
    try (SafetensorsFile file = SafetensorsFile.open(thetaFile())) {
      return Optional.of(file.floats(THETA));
    } catch (IOException e) {
      throw new FlexoraException("cannot read " + thetaFile() + ": " + e.getMessage(), e);
    }
  }

  private Path thetaFile() {
    return path.resolve("theta.safetensors");
  }

  /** Writes the predictions, one on a line, whole or not at all. */
  public void writePredictions(List<Prediction> predictions) {
    DurableFile.write(predictionsFile(), out -> write(predictions, out));
  }

  static void write(List<Prediction> predictions, OutputStream out) throws IOException {
    for (Prediction prediction : predictions) {
      out.write(RecordJson.line(prediction));
      out.write('\n');
    }
  }

  /** Reads the predictions; empty if there are none. */
  public List<Prediction> predictions() {
    if (Files.notExists(predictionsFile())) {
      return List.of();
    }
    List<Prediction> predictions = new ArrayList<>();
    try {
      for (String line : RegularFile.lines(predictionsFile())) {
        predictions.add(RecordJson.parse(line.getBytes(StandardCharsets.UTF_8), Prediction.class));
      }
      return predictions;
    } catch (JsonProcessingException e) {
      throw new FlexoraException(
          "%s:%d is not a prediction: %s"
              .formatted(predictionsFile(), predictions.size() + 1, RecordJson.problem(e)),
          e);
    } catch (IOException e) {
      throw new FlexoraException("cannot read " + predictionsFile() + ": " + e.getMessage(), e);
    }
  }

  private Path predictionsFile() {
    return path.resolve(PREDICTIONS);
  }
}
