package io.flexora.api.track;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.util.Optional;
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
  Tracking begin(TrackedRun run, Optional<String> position);
}
