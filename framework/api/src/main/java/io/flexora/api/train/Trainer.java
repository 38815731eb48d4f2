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
   * Trains. Goes on from the newest checkpoint if there is one, with the same numbers as if it had
   * never stopped.
   *
   * @throws io.flexora.api.run.FlexoraException if training diverges or cannot start
   */
  TrainingResult train(TrainingContext context);

  /** How many examples go through the model at once, for an estimate of the memory. */
  default int batchSize() {
    return 1;
  }

  /**
   * How often a whole training measures itself on the validation examples, for an estimate of the
   * time.
   *
   * @param trainingExamples how many examples it is given
   */
  default long evaluations(int trainingExamples) {
    return 1;
  }
}
