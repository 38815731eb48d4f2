package io.flexora.api.train;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Compatibility;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Trains the adapters of a model from scratch. One object serves all cells of a run: what a call
 * gives depends on its arguments alone.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "trainer", affects = Effect.TRAINING)
public interface Trainer {

  /**
   * Notes why its options do not fit the model or the adapter method, before the weights are
   * loaded; nothing by default.
   */
  default void checkCompatibility(TrainingSetting setting, Compatibility found) {}

  /**
   * Notes why it cannot give what a strategy demands of the training of its choice, such as {@code
   * it gives out ranks itself; write ranks: []}; nothing by default. The host asks for each demand
   * that strategies state when they are asked whether they fit, so before anything is computed.
   */
  default void checkCompatibility(AdapterDemand demand, Compatibility found) {}

  /**
   * Trains. Goes on from the newest checkpoint if there is one, with the same numbers as if it had
   * never stopped.
   *
   * @throws io.flexora.api.run.FlexoraException if training diverges or cannot start
   */
  TrainingResult train(TrainingContext context);

  /**
   * The work of a training with adapters on the chosen layers, for estimates of time and memory: a
   * forward pass is that of a validation example.
   */
  Workload cost(TrainingSetting.Size size);
}
