package io.flexora.runstore;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import java.io.IOException;
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

  private static final String THETA = "theta";

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
    Json.write(path.resolve("outcome.json"), outcome.toJson());
  }

  /** Reads the outcome; empty if the cell has not ended. */
  public Optional<CellOutcome> outcome() {
    Path file = path.resolve("outcome.json");
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(CellOutcome.fromJson(Json.read(file)));
    } catch (ClassCastException | NullPointerException | ArithmeticException e) {
      throw new FlexoraException(file + " is not the outcome of a cell; run the cell again", e);
    }
  }

  /** Reads the outcome; empty if the cell has not ended, or failed and may be tried again. */
  public Optional<CellOutcome> success() {
    return outcome().filter(outcome -> outcome.failure().isEmpty());
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
    DurableFile.write(predictionsFile(), out -> PredictionsFile.write(out, predictions));
  }

  /** Reads the predictions; empty if there are none. */
  public List<Prediction> predictions() {
    if (Files.notExists(predictionsFile())) {
      return List.of();
    }
    List<Prediction> predictions = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(predictionsFile())) {
        predictions.add(
            PredictionsFile.parse(
                Json.parse(line.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
      }
      return predictions;
    } catch (IOException | ClassCastException | NullPointerException e) {
      throw new FlexoraException(
          predictionsFile() + ":" + (predictions.size() + 1) + " is not a prediction", e);
    }
  }

  private Path predictionsFile() {
    return path.resolve(PredictionsFile.NAME);
  }
}
