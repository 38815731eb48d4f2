package io.flexora.runstore;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.track.Tracking;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The state of a tracker of a cell, in a file of its own beside what it is told of, so that a run
 * that is gone on with is told of no step twice.
 *
 * @param id names the tracked cell among all
 * @param attempt how often the cell has begun from nothing, from 1
 * @param restarts how many {@link io.flexora.api.run.Event.CellRestarted} of its record it was told
 * @param position from where the tracker can go on; empty if it was told nothing yet
 * @param steps the last step that it was told of each metric
 * @param end how it was told that the cell ended, if it was
 * @since 0.1
 */
public record TrackingState(
    String id,
    int attempt,
    int restarts,
    Optional<String> position,
    Map<String, Long> steps,
    Optional<Tracking.End.Status> end) {

  /** The folder in that of a run or a comparison that belongs to trackers. */
  public static final String FOLDER = "tracking";

  /** Copies the map. */
  public TrackingState {
    Objects.requireNonNull(id);
    Objects.requireNonNull(position);
    steps = Map.copyOf(steps);
    Objects.requireNonNull(end);
  }

  /** Of a cell of which nothing was told. */
  public static TrackingState fresh() {
    return next(1, 0);
  }

  /** Of the same cell where it begins from nothing once more. */
  public TrackingState again(int restartsOfRecord) {
    return next(attempt + 1, restartsOfRecord);
  }

  private static TrackingState next(int attempt, int restarts) {
    return new TrackingState(
        UUID.randomUUID().toString(),
        attempt,
        restarts,
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  /** With what was told since. */
  public TrackingState told(String nowAt, Map<String, Long> nowSteps) {
    return new TrackingState(id, attempt, restarts, Optional.of(nowAt), nowSteps, Optional.empty());
  }

  /** With how the cell ended. */
  public TrackingState ended(String nowAt, Tracking.End.Status how) {
    return new TrackingState(id, attempt, restarts, Optional.of(nowAt), steps, Optional.of(how));
  }

  /** Whether the tracker knows that the cell came to its end. */
  public boolean isFinished() {
    return end.filter(Tracking.End.Status.FINISHED::equals).isPresent();
  }

  private static Path file(Path folder, String tracker, String cell) {
    return folder.resolve(FOLDER).resolve("state").resolve(tracker).resolve(cell + ".json");
  }

  /**
   * Reads it.
   *
   * @param folder the folder of the run or the comparison
   * @param tracker the tracker's key
   * @param cell the cell's name
   * @throws FlexoraException if the file is damaged
   */
  public static Optional<TrackingState> read(Path folder, String tracker, String cell) {
    return RecordJson.find(
        file(folder, tracker, cell),
        TrackingState.class,
        "what a tracker was told",
        "remove it, and the cell is tracked anew");
  }

  /**
   * Writes it whole or not at all.
   *
   * @throws FlexoraException if it cannot be written
   */
  public void write(Path folder, String tracker, String cell) {
    Path file = file(folder, tracker, cell);
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw WriteFailure.explain(file, e);
    }
    RecordJson.write(file, this);
  }
}
