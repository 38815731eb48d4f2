package io.flexora.api.track;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hands runs on to a tool that people watch all their runs with, such as TensorBoard. It is told of
 * each cell while that runs, from the run's record, in a thread of its own: it may take its time,
 * and one that fails is left out and ends nothing. What it missed it is told by {@code flexora
 * resume}.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "tracker", affects = Effect.NOTHING)
public interface Tracker {

  /**
   * Begins to track a cell, or goes on with one. Several may be open at a time; all calls come from
   * one thread.
   *
   * @param run the cell
   * @param position the {@link Tracking#position} at which the cell was reported last, perhaps by
   *     an earlier process; empty if nothing was reported yet. What the tool has behind that
   *     position is told again, so it is to be taken back, or not to be taken twice.
   * @throws io.flexora.api.run.FlexoraException if the tool cannot be told
   */
  Tracking begin(Run run, Optional<String> position);

  /**
   * A cell of a run or of a comparison, as trackers know it.
   *
   * @param id names it among all that were ever tracked; stays the same when it is gone on with,
   *     and is another one when it begins again from nothing
   * @param name names it in its group, and can name a file
   * @param group the name of the run's or the comparison's folder
   * @param folder a folder in there that is the tracker's own, shared by the cells of the group;
   *     not made
   * @param started the time at which it began
   * @param parameters its resolved configuration, each option by its path, such as {@code
   *     trainer.learning_rate}
   */
  record Run(
      String id,
      String name,
      String group,
      Path folder,
      Instant started,
      SortedMap<String, String> parameters) {

    /** Copies the map. */
    public Run {
      Objects.requireNonNull(id);
      Objects.requireNonNull(name);
      Objects.requireNonNull(group);
      Objects.requireNonNull(folder);
      Objects.requireNonNull(started);
      parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }
  }
}
