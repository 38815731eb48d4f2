package io.flexora.api.track;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cell of a run or of a comparison, as trackers know it.
 *
 * @param id names it among all that were ever tracked; stays the same when it is gone on with, and
 *     is another one when it begins again from nothing
 * @param name names it in its group, and can name a file
 * @param group the name of the run's or the comparison's folder
 * @param folder a folder in there that is the tracker's own, shared by the cells of the group; not
 *     made
 * @param started the time at which it began
 * @param parameters its resolved configuration, each option by its path, such as {@code
 *     trainer.learning_rate}
 * @since 0.1
 */
public record TrackedRun(
    String id,
    String name,
    String group,
    Path folder,
    Instant started,
    SortedMap<String, String> parameters) {

  /** Copies the map. */
  public TrackedRun {
    Objects.requireNonNull(id);
    Objects.requireNonNull(name);
    Objects.requireNonNull(group);
    Objects.requireNonNull(folder);
    Objects.requireNonNull(started);
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }
}
