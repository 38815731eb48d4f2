package io.flexora.api.train;

import io.flexora.api.plugin.ExtensionPoint;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Trains the adapters of a model from scratch.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint("trainer")
public interface Trainer {

  /**
   * Refuses what it cannot train, before the weights are loaded.
   *
   * @throws io.flexora.api.run.FlexoraException if its options do not fit the model or the adapter
   *     method; the message names the option and what is in the way
   */
  default void requireFit(TrainingSetting setting) {}

  /**
   * Trains. Goes on from the newest checkpoint if there is one, with the same numbers as if it had
   * never stopped.
   *
   * @throws io.flexora.api.run.FlexoraException if training diverges or cannot start
   */
  TrainingResult train(TrainingContext context);

  /** What a training takes, for estimates of time and memory. */
  TrainingCost cost(TrainingSize size);
}
