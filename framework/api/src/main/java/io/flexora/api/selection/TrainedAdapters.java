package io.flexora.api.selection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.plan.ParameterIndex;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Adapters on all targets of all layers behind a training, with their losses on the validation
 * examples: for strategies that choose among what was trained.
 *
 * @since 0.1
 */
@ProviderType
public interface TrainedAdapters {

  /** The most examples that go through the model together for {@link #losses}. */
  int LOSS_BATCH = 32;

  /** The most examples that go through the model together for {@link #lossGradient}. */
  int GRADIENT_BATCH = 8;

  /** The index of theta, the head's arrays included. */
  ParameterIndex parameters();

  /** The trained theta {@code [parameters().size()]}, owned by the context's manager. */
  NDArray theta();

  /**
   * Theta before the training. Without an {@linkplain
   * io.flexora.api.adapter.AdapterMethod#initialisation initialisation}, a module whose parameters
   * have these values computes what the frozen one does.
   *
   * @param scope the owner of the result
   */
  NDArray initialTheta(NDManager scope);

  /** The number of validation examples. */
  int examples();

  /**
   * The loss of each of some validation examples, without dropout, in nats: where they have choices
   * or classes, minus the log-probability of the right one among them; otherwise the training's
   * loss.
   *
   * @param scope the owner of temporary arrays
   * @param theta as {@link #theta()}
   * @param of indices of examples, from 0
   * @return in their order
   */
  double[] losses(NDManager scope, NDArray theta, List<Integer> of);

  /**
   * The training's mean loss of some validation examples, without dropout, and its gradient in
   * theta.
   *
   * @param scope the owner of the gradient
   * @param theta as {@link #theta()}
   * @param of indices of examples, from 0; at least one
   */
  LossGradient lossGradient(NDManager scope, NDArray theta, List<Integer> of);
}
