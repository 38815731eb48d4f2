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
   * Reads the newest complete checkpoint, if there is one. A phase asks for it when it begins, goes
   * on from there, and tells the monitor of the steps after it alone.
   *
   * @param manager the owner of the arrays of the state
   */
  Optional<State> latest(NDManager manager);

  /**
   * Offers to save a checkpoint, before the step is told to the monitor. It is saved if one is due
   * by the run's configuration, or if the run was cancelled, at the latest in {@link Monitor#step}.
   *
   * @param step the steps that were done
   * @param state makes the state to save, that of this step; called only if a checkpoint is due, in
   *     this call or in the {@link Monitor#step} that follows, so what it reads has to live until
   *     that has returned
   * @throws IllegalArgumentException if the state is that of another step, or has an array or a
   *     value that no checkpoint can hold
   */
  void offer(long step, Supplier<State> state);
}
