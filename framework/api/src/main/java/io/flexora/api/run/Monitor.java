package io.flexora.api.run;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The listener to which a phase reports its progress, and from which it learns that it should end.
 *
 * @since 0.1
 */
@ProviderType
public interface Monitor {

  /**
   * Tells that a step is done; writes what was measured to the run's record and moves the progress
   * bar.
   *
   * @throws CancelledException if the run was cancelled; a checkpoint of the step has to be
   *     {@linkplain Checkpoints#offer offered} before this call
   */
  void step(Progress progress);

  /** Writes an event to the run's record; an extension tells an {@link Event.Own}. */
  void event(Event event);

  /** Tells the user one thing worth knowing, in one sentence; also written to the record. */
  void notice(String sentence);
}
