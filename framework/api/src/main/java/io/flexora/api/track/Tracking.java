package io.flexora.api.track;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A cell that a {@link Tracker} has begun. Each method throws a {@link
 * io.flexora.api.run.FlexoraException} if the tool cannot be told.
 *
 * @since 0.1
 */
@ConsumerType
public interface Tracking extends AutoCloseable {

  /**
   * Takes metrics. The steps of one metric ascend, and none is told twice.
   *
   * @param metrics at least one, in the order in which they were measured
   */
  void metrics(List<Metric> metrics);

  /** Takes how the cell ended. One that was cancelled or failed may be gone on with later. */
  void end(End end);

  /**
   * From where {@link Tracker#begin} can go on: the tool has kept all that was told so far.
   *
   * @return a text of the tracker's own, without secrets, as it is kept in the run's folder
   */
  String position();

  /** Gives back what it holds; what was told stays, and the cell may be gone on with. */
  @Override
  void close();

  /**
   * A number that was measured in a step.
   *
   * @param name the phase and what was measured, such as {@code train/training_loss}; an element of
   *     a list has its index behind that, {@code search/alpha/3}
   * @param step the steps of the phase done so far
   * @param time the time of the measurement
   * @param value the number; NaN where there is none
   */
  record Metric(String name, long step, Instant time, double value) {

    /** Refuses null. */
    public Metric {
      Objects.requireNonNull(name);
      Objects.requireNonNull(time);
    }
  }

  /**
   * The end of a cell: its status, time and results.
   *
   * @param status the way in which it ended
   * @param time the time at which it ended
   * @param cause the cause of its failure, if it failed
   * @param metrics the numbers of the whole cell: its metrics as {@code evaluate/accuracy}, its
   *     time and memory; none if it did not come to its end
   * @param notes further facts by name, such as the chosen layers
   * @param folder the cell's folder, which holds all that it left
   */
  record End(
      Status status,
      Instant time,
      Optional<String> cause,
      SortedMap<String, Double> metrics,
      SortedMap<String, String> notes,
      Path folder) {

    /** A way in which a cell ends. */
    public enum Status {
      /** It came to its end. */
      FINISHED,
      /** It failed. */
      FAILED,
      /** It was cancelled. */
      CANCELLED
    }

    /** Copies the maps. */
    public End {
      Objects.requireNonNull(status);
      Objects.requireNonNull(time);
      Objects.requireNonNull(cause);
      Objects.requireNonNull(folder);
      metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
      notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    }
  }
}
