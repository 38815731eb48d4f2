package io.flexora.runstore;

import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;

/**
 * A listener to the events of a run. Called by the threads of the run, so it returns soon and is
 * used by several threads at a time.
 *
 * @since 0.1
 */
public interface RunListener {

  /** Ignores everything. */
  RunListener NONE = new RunListener() {};

  /**
   * A step is done.
   *
   * @param cell the cell
   * @param phase the phase
   * @param progress where the phase stands, and what was measured
   */
  default void progress(String cell, String phase, Progress progress) {}

  /** Something other than a step happened. */
  default void event(RunEvent event) {}

  /** There is one thing worth knowing for the user. */
  default void notice(String cell, String phase, String sentence) {}
}
