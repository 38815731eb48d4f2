package io.flexora.api.track;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The end of a cell: its status, time and results.
 *
 * @param status the way in which it ended
 * @param time the time at which it ended
 * @param cause the cause of its failure, if it failed
 * @param metrics the numbers of the whole cell: its metrics as {@code evaluate/accuracy}, its time
 *     and memory; none if it did not come to its end
 * @param notes further facts by name, such as the chosen layers
 * @param folder the cell's folder, which holds all that it left
 * @since 0.1
 */
public record TrackedEnd(
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
  public TrackedEnd {
    Objects.requireNonNull(status);
    Objects.requireNonNull(time);
    Objects.requireNonNull(cause);
    Objects.requireNonNull(folder);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
  }
}
