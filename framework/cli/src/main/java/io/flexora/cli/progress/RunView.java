package io.flexora.cli.progress;

import io.flexora.api.run.Progress;
import io.flexora.runstore.RunListener;

/**
 * Shows a run. Calls may come from several threads.
 *
 * @since 0.1
 */
public interface RunView extends RunListener, AutoCloseable {

  /** A step was done. */
  void step(Step step);

  @Override
  default void progress(String cell, String phase, Progress progress) {
    step(new Step(cell, phase, progress));
  }

  /** Leaves the screen as it is, ready for other text. */
  @Override
  void close();
}
