package io.flexora.api.hpo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.adapter.ActivationTokens;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link BilevelProblem} that measures what its model's layers do, as the model's {@link
 * io.flexora.api.ability.LayerActivityMeter} does.
 *
 * @since 0.1
 */
@ConsumerType
@FunctionalInterface
@Doc("Measure the activity of its layers.")
public interface StepActivityMeter extends ModelAbility {

  /**
   * Measures what the layers do to the training examples of an inner step, without dropout and with
   * gates of 1.
   *
   * @param scope the owner of temporary arrays
   */
  LayerActivity activity(NDManager scope, long innerStep, NDArray theta);

  /**
   * The same of some tokens. By default all count, as where no text has an answer.
   *
   * @param scope the owner of temporary arrays
   * @param tokens the tokens that count
   */
  default LayerActivity activity(
      NDManager scope, long innerStep, NDArray theta, ActivationTokens tokens) {
    return activity(scope, innerStep, theta);
  }
}
