package io.flexora.api.run;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The checkpoints of one phase of a run. A checkpoint is complete or not there.
 *
 * @since 0.1
 */
@ProviderType
public interface Checkpoints {

  /**
   * Reads the newest complete checkpoint, if there is one.
   *
   * @param manager the owner of the arrays of the state
   */
  Optional<State> latest(NDManager manager);

  /**
   * Saves a checkpoint if one is due by the run's configuration, or if the run was cancelled.
   *
   * @param step the steps that were done
   * @param state makes the state to save; called only if a checkpoint is due
   */
  void offer(long step, Supplier<State> state);
}
