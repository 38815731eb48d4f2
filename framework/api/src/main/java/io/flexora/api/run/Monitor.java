package io.flexora.api.run;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a phase tells what it does, and hears that it should end.
 *
 * @since 0.1
 */
@ProviderType
public interface Monitor {

  /**
   * Tells that a step is done; writes its figures to the run's record and moves the progress bar.
   *
   * @param done steps done so far, counting this one
   * @param total steps in all
   * @param figures what was measured in the step, by name, such as {@code training_loss}: numbers,
   *     booleans, strings, or lists and arrays of numbers
   * @throws CancelledException if the run was cancelled; a checkpoint of the step has to be
   *     {@linkplain Checkpoints#offer offered} before this call
   */
  void step(long done, long total, Map<String, ?> figures);

  /**
   * Writes one event to the run's record.
   *
   * @param kind what happened, a snake-case word such as {@code layers_selected}
   * @param values what belongs to it; see {@link #step} for the types
   */
  void event(String kind, Map<String, ?> values);

  /** Tells the user one thing worth knowing, in one sentence; also written to the record. */
  void notice(String sentence);
}
