package io.flexora.api.train;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides, while a training goes on, which layers it trains. The adapters of the other layers stay
 * as they are, and so does what the optimiser keeps of them. The head is trained in every step.
 *
 * <p>It holds no state of its own: what it has learnt is a list of numbers that it is given back,
 * so that a training can be resumed from any checkpoint.
 *
 * @since 0.1
 */
@ConsumerType
public interface LayerSchedule {

  /** What is known before the first step; may be empty. */
  default List<Double> start() {
    return List.of();
  }

  /**
   * Learns before a step.
   *
   * @param step the step that comes, from 0
   * @param known what was known before
   * @param probe measures the model as it is before the step
   * @return what is known from now on, as many numbers as at the start
   */
  default List<Double> learn(long step, List<Double> known, AdapterProbe probe) {
    return known;
  }

  /**
   * The layers that a step trains: at least one of the chosen layers, ascending and distinct. The
   * same arguments give the same layers.
   *
   * @param step the step, from 0
   * @param known what is known
   */
  List<Integer> active(long step, List<Double> known);

  /**
   * Whether the optimiser forgets what it kept of a layer when the layer's training begins anew.
   */
  default boolean restartsOptimiser() {
    return false;
  }
}
